// How the algorithms are related (docs/protocols.md 3.3).
#include <gtest/gtest.h>

#include "engine/autograd_engine.hpp"
#include "learn/local_training.hpp"
#include "learn/problems.hpp"

namespace fedmeta::learn {
namespace {

class Identities : public testing::Test {
 protected:
  Identities() { at::manual_seed(8); }
  at::Tensor gradient(const at::Tensor& at, const Batch& batch) const {
    return learn::gradient(*engine, at, batch).value;
  }
  void expect_equal(const at::Tensor& value, const at::Tensor& reference) const {
    EXPECT_LT(relative_error(value, reference), 1e-13);
  }

  const TanhNetwork network;
  const std::unique_ptr<Engine> engine = engine::make_autograd_engine(network, model::counted_products());
  const std::int64_t p = network.layout().size();
  const at::Tensor theta = at::randn({p}, at::kDouble);
  const Batch support = random_batch(7, 5, 3, at::kDouble), query = random_batch(4, 5, 3, at::kDouble);
  const std::vector<Batch> steps = minibatches(support, {1, 3, 0});
  const at::Tensor no_rate = at::zeros({p}, at::kDouble);
};

TEST_F(Identities, WithoutARateMamlAndFomamlAreTheQueryGradient) {
  const auto expected = gradient(theta, query);
  expect_equal(maml(*engine, theta, 0, steps, query).direction, expected);
  expect_equal(fomaml(*engine, theta, 0, steps, query).direction, expected);
}

TEST_F(Identities, WithoutARateMetaSgdsRateGradientIsMinusTheProductOfTheGradients) {
  const auto direction = meta_sgd(*engine, theta, no_rate, {support}, query).direction;
  const auto expected = gradient(theta, query);
  expect_equal(direction.slice(0, 0, p), expected);
  expect_equal(direction.slice(0, p), -gradient(theta, support) * expected);
}

TEST_F(Identities, WithoutStepsAllAreFedSgdOnTheQuerySet) {
  const auto expected = fedsgd(*engine, theta, query).direction;
  expect_equal(expected, gradient(theta, query));
  expect_equal(maml(*engine, theta, 0.1, {}, query).direction, expected);
  expect_equal(fomaml(*engine, theta, 0.1, {}, query).direction, expected);
  const auto direction = meta_sgd(*engine, theta, no_rate + 0.1, {}, query).direction;
  expect_equal(direction.slice(0, 0, p), expected);
  EXPECT_EQ(direction.slice(0, p).abs().max().item<double>(), 0);
}

TEST_F(Identities, MetaSgdWithEqualRatesIsMaml) {
  expect_equal(meta_sgd(*engine, theta, no_rate + 0.1, steps, query).direction.slice(0, 0, p),
               maml(*engine, theta, 0.1, steps, query).direction);
}

TEST_F(Identities, FedAvgOfOneFullSgdStepIsFedSgd) {
  const double rate = 0.3;
  const auto update = fedavg(*engine, theta, minibatches(support, {1, 0, 0}), *make_sgd(rate));
  const auto expected = fedsgd(*engine, theta, support);
  expect_equal(update.direction, rate * expected.direction);
  EXPECT_NEAR(update.loss.item<double>(), expected.loss.item<double>(), 1e-14);

  auto averaged = theta.clone(), stepped = theta.clone();
  OptimizerState none;
  make_sgd(1)->step(averaged, update.direction, none);
  make_sgd(rate)->step(stepped, expected.direction, none);
  expect_equal(averaged, stepped);
}

// Jiang et al. 2019, section 2: FOMAML(j) looks at the batch after its j steps.
TEST_F(Identities, FedAvgIsFedSgdPlusTheSumOfFomamls) {
  const double rate = 0.3;
  const auto batches = minibatches(support, {2, 2, 0});
  auto sum = fedsgd(*engine, theta, batches[0]).direction;
  for (std::size_t j = 1; j < batches.size(); ++j) {
    const std::vector<Batch> before(batches.begin(), batches.begin() + static_cast<std::ptrdiff_t>(j));
    sum = sum + fomaml(*engine, theta, rate, before, batches[j]).direction;
  }
  expect_equal(fedavg(*engine, theta, batches, *make_sgd(rate)).direction, rate * sum);
}

// The same of a whole round: T clients of uniform weight, each with batches of its own that all algorithms
// share, seen as what the server adds to theta.
TEST_F(Identities, ARoundOfFedAvgIsOneOfFedSgdAndOneOfEachFomaml) {
  const double beta = 0.2, clients = 3;
  constexpr std::size_t k = 4;
  std::vector<at::Tensor> of_fomaml(k, no_rate);  // g_FOMAML(j), j = 0 .. k-1
  auto of_fedavg = no_rate, of_fedsgd = no_rate;
  for (int i = 0; i < static_cast<int>(clients); ++i) {
    const auto batches = minibatches(random_batch(8, 5, 3, at::kDouble), {1, 2, 0});
    ASSERT_EQ(batches.size(), k);
    of_fedavg = of_fedavg - fedavg(*engine, theta, batches, *make_sgd(beta)).direction / clients;
    of_fedsgd = of_fedsgd - beta / clients * fedsgd(*engine, theta, batches[0]).direction;
    for (std::size_t j = 0; j < k; ++j) {
      const std::vector<Batch> before(batches.begin(), batches.begin() + static_cast<std::ptrdiff_t>(j));
      of_fomaml[j] =
          of_fomaml[j] - beta / clients * fomaml(*engine, theta, beta, before, batches[j]).direction;
    }
  }
  expect_equal(of_fomaml[0], of_fedsgd);
  expect_equal(of_fedavg, of_fedsgd + of_fomaml[1] + of_fomaml[2] + of_fomaml[3]);
}

TEST_F(Identities, AdaptationIsPlainSgd) {
  const auto adapted = adapt(*engine, theta, InnerRate(0.3), steps);
  expect_equal(adapted, train_locally(*engine, theta, steps, *make_sgd(0.3)).direction);
  expect_equal(adapted, adapt(*engine, theta, InnerRate(no_rate + 0.3), steps));
  expect_equal(adapt(*engine, theta, InnerRate(0.3), {steps[0]}), theta - 0.3 * gradient(theta, steps[0]));
  expect_equal(adapt(*engine, theta, InnerRate(0.3), std::vector<Batch>()), theta);
}

}  // namespace
}  // namespace fedmeta::learn
