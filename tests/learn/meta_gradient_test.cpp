// Meta-gradients against central differences of the query loss after adaptation, in double, and against
// autograd through the unrolled inner loop.
#include "learn/meta_gradient.hpp"

#include <gtest/gtest.h>

#include "engine/autograd_engine.hpp"
#include "engine/unrolled.hpp"
#include "learn/problems.hpp"
#include "sanitizers/paper_sizes.hpp"

namespace fedmeta::learn {
namespace {

struct Case {
  const char* name;
  std::shared_ptr<const model::Network> network;
  Samples samples;
  Passes passes;
  std::size_t steps;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.name;
}

// With these seeds no ReLU or max-pool of a network switches within the differences' steps.
class MetaGradient : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    at::manual_seed(4);
    const auto& network = *GetParam().network;
    const auto batch = [&](std::int64_t rows) {
      return random_batch(rows, GetParam().samples, network.classes(), at::kDouble);
    };
    engine = engine::make_autograd_engine(network, model::counted_products());
    theta = at::randn({network.layout().size()}, at::kDouble) * 0.5;
    alphas = 0.05 + 0.2 * at::rand_like(theta);
    steps = minibatches(batch(7), GetParam().passes);
    query = batch(6);
    ASSERT_EQ(steps.size(), GetParam().steps);
  }
  double adapted_loss(const at::Tensor& from, const InnerRate& rate) const {
    return gradient(*engine, adapt(*engine, from, rate, steps), query).loss.item<double>();
  }

  std::unique_ptr<Engine> engine;
  at::Tensor theta, alphas;
  std::vector<Batch> steps;
  Batch query;
  static constexpr double alpha = 0.1, h = 1e-6;
};

TEST_P(MetaGradient, OfMamlIsThatOfTheAdaptedLoss) {
  const auto [direction, loss] = maml(*engine, theta, alpha, steps, query);
  const auto f = [&](const at::Tensor& at) { return adapted_loss(at, InnerRate(alpha)); };
  EXPECT_LT(relative_error(direction, central_differences(f, theta, h)), 1e-6);
  EXPECT_NEAR(loss.item<double>(), f(theta), 1e-14);
  // The second order is no detail here: without it the check would fail.
  EXPECT_GT(relative_error(fomaml(*engine, theta, alpha, steps, query).direction, direction), 1e-3);
}

TEST_P(MetaGradient, OfMetaSgdIsThatOfTheAdaptedLoss) {
  const auto [direction, loss] = meta_sgd(*engine, theta, alphas, steps, query);
  const auto of_theta = [&](const at::Tensor& at) { return adapted_loss(at, InnerRate(alphas)); };
  const auto of_alpha = [&](const at::Tensor& rate) { return adapted_loss(theta, InnerRate(rate)); };
  const auto p = theta.numel();
  EXPECT_LT(relative_error(direction.slice(0, 0, p), central_differences(of_theta, theta, h)), 1e-6);
  EXPECT_LT(relative_error(direction.slice(0, p), central_differences(of_alpha, alphas, h)), 1e-6);
  EXPECT_NEAR(loss.item<double>(), of_theta(theta), 1e-14);
}

TEST_P(MetaGradient, IsThatOfTheUnrolledLoop) {
  const auto& network = *GetParam().network;
  const auto scalar = at::full({}, alpha, at::kDouble);
  EXPECT_LT(relative_error(maml(*engine, theta, alpha, steps, query).direction,
                           engine::unrolled_meta_gradient(network, theta, scalar, steps, query, false).value),
            1e-12);
  EXPECT_LT(relative_error(meta_sgd(*engine, theta, alphas, steps, query).direction,
                           engine::unrolled_meta_gradient(network, theta, alphas, steps, query, true).value),
            1e-12);
}

std::vector<Case> cases() {
  const auto tanh = std::make_shared<TanhNetwork>();
  const auto relu = std::make_shared<model::DenseNetwork>("nn", std::vector<std::int64_t>{5, 6, 3});
  const auto cnn = std::make_shared<model::ImageCnn>(small_cnn());
  const auto dropout = std::make_shared<model::ImageCnn>(small_dropout_cnn());
  const auto lstm = std::make_shared<model::Lstm>(small_lstm(false));
  const auto frozen = std::make_shared<model::Lstm>(small_lstm(true));
  const Passes one{1, 0, 0}, three{3, 0, 0}, small{1, 3, 1}, batches{1, 3, 0};  // 7 rows: 3, 3, 1
  return {{"tanh_one_full_step", tanh, {5}, one, 1},
          {"tanh_three_full_steps", tanh, {5}, three, 3},
          {"tanh_one_small_batch", tanh, {5}, small, 1},
          {"tanh_three_batches", tanh, {5}, batches, 3},
          {"relu_one_full_step", relu, {5}, one, 1},
          {"relu_three_batches", relu, {5}, batches, 3},
          {"cnn_one_full_step", cnn, {64}, one, 1},
          {"cnn_three_batches", cnn, {64}, batches, 3},
          {"dropout_three_batches", dropout, {64}, batches, 3},
          {"lstm_one_full_step", lstm, {3, 3}, one, 1},
          {"lstm_three_batches", lstm, {3, 3}, batches, 3},
          {"frozen_lstm_three_batches", frozen, {3, 3}, batches, 3}};
}

INSTANTIATE_TEST_SUITE_P(Steps, MetaGradient, testing::ValuesIn(cases()));

// The whole network in fp32. The two paths round differently, so a ReLU or a max-pool whose arguments differ
// by less than that may switch in one and not in the other: with this seed none does.
class MetaGradientOfTheWholeNetwork : public testing::Test {
 protected:
  void SetUp() override {
    at::manual_seed(1);
    theta = model::initial_parameters(cnn.layout(), model::Initialisation::tf, 1);
    steps = minibatches(random_batch(10, 784, 62, at::kFloat), {1, 4, 0});
    query = random_batch(8, 784, 62, at::kFloat);
  }

  const model::ImageCnn cnn;
  const std::unique_ptr<Engine> engine = engine::make_autograd_engine(cnn, model::counted_products());
  at::Tensor theta;
  std::vector<Batch> steps;
  Batch query;
};

TEST_F(MetaGradientOfTheWholeNetwork, OfMamlIsThatOfTheUnrolledLoop) {
  FEDMETA_AT_PAPER_SIZES();
  const auto alpha = at::full({}, 0.05);
  const auto reference = engine::unrolled_meta_gradient(cnn, theta, alpha, steps, query, false);
  const auto [direction, loss] = maml(*engine, theta, 0.05, steps, query);
  EXPECT_LT(relative_error(direction, reference.value), 1e-5);
  EXPECT_NEAR(loss.item<double>(), reference.loss.item<double>(), 1e-5);
  EXPECT_GT(relative_error(fomaml(*engine, theta, 0.05, steps, query).direction, direction), 1e-3);
}

TEST_F(MetaGradientOfTheWholeNetwork, OfMetaSgdIsThatOfTheUnrolledLoop) {
  FEDMETA_AT_PAPER_SIZES();
  const auto p = theta.numel();
  const auto alphas = 0.02 + 0.06 * at::rand_like(theta);
  const auto reference = engine::unrolled_meta_gradient(cnn, theta, alphas, steps, query, true).value;
  const auto direction = meta_sgd(*engine, theta, alphas, steps, query).direction;
  EXPECT_LT(relative_error(direction.slice(0, 0, p), reference.slice(0, 0, p)), 1e-5);
  EXPECT_LT(relative_error(direction.slice(0, p), reference.slice(0, p)), 1e-5);
}

}  // namespace
}  // namespace fedmeta::learn
