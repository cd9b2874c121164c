// Derivatives of one batch against central differences in double.
#include "learn/engine.hpp"

#include <gtest/gtest.h>

#include "cost/formulas.hpp"
#include "cost/work_done.hpp"
#include "engine/autograd_engine.hpp"
#include "engine/make_engine.hpp"
#include "learn/meta_gradient.hpp"
#include "learn/problems.hpp"

namespace fedmeta::engine {
using namespace learn;
namespace {

struct Case {
  const char* name;
  std::shared_ptr<const model::Network> network;
  Samples samples;
  const model::Products* products;  ///< null: hand-derived passes, which make_engine chooses
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.name;
}

// With this seed no ReLU or max-pool of a network switches within the differences' steps.
class EngineDerivatives : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    at::manual_seed(1);
    const auto& network = *GetParam().network;
    if (GetParam().products)
      engine = make_autograd_engine(network, *GetParam().products);
    else
      engine = make_engine(network, at::kCPU);
    theta = at::randn({network.layout().size()}, at::kDouble) * 0.5;
    batch = random_batch(5, GetParam().samples, network.classes(), at::kDouble);
  }
  at::Tensor direction() const { return at::randn_like(theta); }

  std::unique_ptr<learn::Engine> engine;
  at::Tensor theta;
  learn::Batch batch;
};

TEST_P(EngineDerivatives, GradientIsThatOfTheMeanLoss) {
  const auto loss = [&](const at::Tensor& at) {
    return model::cross_entropy(scores(*engine, at, batch.x), batch.y).item<double>();
  };
  const auto g = gradient(*engine, theta, batch);
  EXPECT_NEAR(g.loss.item<double>(), loss(theta), 1e-14);
  EXPECT_LT(relative_error(g.value, central_differences(loss, theta, 1e-6)), 1e-8);
}

TEST_P(EngineDerivatives, HessianProductIsTheGradientsDerivative) {
  const auto v = direction();
  const auto product = hessian_product(*engine, theta, batch, v, true);
  constexpr double h = 1e-6;
  const auto difference =
      (gradient(*engine, theta + h * v, batch).value - gradient(*engine, theta - h * v, batch).value) /
      (2 * h);
  EXPECT_LT(relative_error(product.value, difference), 1e-8);
  EXPECT_LT(relative_error(product.gradient, gradient(*engine, theta, batch).value), 1e-14);
}

TEST_P(EngineDerivatives, HessianIsSymmetricAndLinear) {
  const auto u = direction(), v = direction();
  const auto product = [&](const at::Tensor& along) {
    return hessian_product(*engine, theta, batch, along, false).value;
  };
  EXPECT_NEAR(at::dot(u, product(v)).item<double>(), at::dot(v, product(u)).item<double>(), 1e-12);
  EXPECT_LT(relative_error(product(u - 3 * v), product(u) - 3 * product(v)), 1e-12);
}

TEST_P(EngineDerivatives, LeaveNothingBehind) {
  const auto before = theta.clone();
  const auto g = gradient(*engine, theta, batch);
  const auto h = hessian_product(*engine, theta, batch, g.value, true);
  EXPECT_TRUE(at::equal(theta, before));
  for (const auto& result : {theta, g.value, g.loss, h.gradient, h.value})
    EXPECT_FALSE(result.requires_grad());  // a result must not keep its graph alive
}

TEST_P(EngineDerivatives, OfABatchAreTheMeanOfItsRows) {
  auto mean = at::zeros_like(theta);
  for (std::int64_t i = 0; i < batch.rows(); ++i)
    mean += gradient(*engine, theta, batch.rows(i, i + 1)).value / static_cast<double>(batch.rows());
  EXPECT_LT(relative_error(gradient(*engine, theta, batch).value, mean), 1e-13);
}

std::vector<Case> cases() {
  const auto cnn = std::make_shared<model::ImageCnn>(small_cnn());
  const auto lstm = std::make_shared<model::Lstm>(small_lstm(false)),
             frozen = std::make_shared<model::Lstm>(small_lstm(true));
  const auto &counted = model::counted_products(), &plain = model::plain_products();
  return {{"tanh", std::make_shared<TanhNetwork>(), {5}, &counted},
          {"cnn", cnn, {64}, &counted},
          {"plain_cnn", cnn, {64}, &plain},
          {"cnn_by_hand", cnn, {64}, nullptr},
          {"lstm", lstm, {3, 3}, &counted},
          {"plain_lstm", lstm, {3, 3}, &plain},
          {"lstm_by_hand", lstm, {3, 3}, nullptr},
          {"frozen_lstm", frozen, {3, 3}, &counted},
          {"frozen_lstm_by_hand", frozen, {3, 3}, nullptr}};
}

INSTANTIATE_TEST_SUITE_P(Networks, EngineDerivatives, testing::ValuesIn(cases()));

/// Too large for differences, but the autograd path says what is right.
struct Pair {
  std::string name;
  std::shared_ptr<const model::Network> network;
  Samples samples;
  std::vector<std::int64_t> rows;
};

class HandDerivedEngine : public testing::TestWithParam<std::tuple<Pair, at::ScalarType>> {
 protected:
  /// At each number of rows.
  static void expect_agreement(const learn::Engine& fast, const learn::Engine& reference, double tolerance) {
    const auto& [pair, type] = GetParam();
    at::manual_seed(4);
    const auto& network = *pair.network;
    const auto theta = model::initial_parameters(network.layout(), model::Initialisation::torch, 1).to(type);
    for (const auto rows : pair.rows) {
      const auto batch = random_batch(rows, pair.samples, network.classes(), type);
      const auto g = gradient(fast, theta, batch), expected = gradient(reference, theta, batch);
      EXPECT_LT(relative_error(g.value, expected.value), tolerance);
      EXPECT_LT(relative_error(g.loss, expected.loss), tolerance);
      const auto h = hessian_product(fast, theta, batch, expected.value, true);
      const auto exact = hessian_product(reference, theta, batch, expected.value, true);
      EXPECT_LT(relative_error(h.value, exact.value), tolerance);
      EXPECT_LT(relative_error(h.gradient, exact.gradient), tolerance);
      EXPECT_TRUE(at::equal(hessian_product(fast, theta, batch, expected.value, false).value, h.value));
      EXPECT_LT(relative_error(scores(fast, theta, batch.x), scores(reference, theta, batch.x)), tolerance);
    }
  }
};

TEST_P(HandDerivedEngine, AgreesWithAutograd) {
  const auto& [pair, type] = GetParam();
  expect_agreement(*make_engine(*pair.network, at::kCPU),
                   *make_autograd_engine(*pair.network, model::plain_products()),
                   type == at::kDouble ? 1e-10 : 1e-5);
}

// In double, what is rounded is the same number in both to the last bits, so they differ only if they round
// elsewhere.
TEST_P(HandDerivedEngine, RoundsToBf16WhereAutogradDoes) {
  const auto& [pair, type] = GetParam();
  constexpr auto bf16 = model::Precision::bf16;
  expect_agreement(*make_engine(*pair.network, at::kCPU, {bf16, EngineKind::derived}),
                   *make_autograd_engine(*pair.network, model::counted_products(bf16)),
                   type == at::kDouble ? 1e-9 : 1e-2);
}

/// An LSTM network with nothing a multiple of a vector register.
Pair odd_lstm(model::Lstm::Sizes sizes, bool frozen) {
  sizes.words = 7;
  sizes.hidden = 21;
  sizes.classes = 4;
  const auto name = (frozen ? "frozen_" : "learned_") + std::to_string(sizes.layers) + "_layers_" +
                    std::to_string(sizes.length) + "_steps" + (sizes.head ? "_head" : "") +
                    (sizes.two_biases ? "_two_biases" : "");
  const auto vectors = frozen ? at::rand({7, 13}) : at::Tensor();
  return {name, std::make_shared<model::Lstm>(sizes, vectors), {sizes.length, 7}, {1, 5, 70}};
}

std::vector<Pair> pairs() {
  std::vector<Pair> pairs{
      {"femnist", std::make_shared<model::ImageCnn>(), {784}, {1, 10, 23}},
      {"odd_cnn",
       std::make_shared<model::ImageCnn>(
           model::ImageCnn::Sizes{.image = 12, .channels1 = 5, .channels2 = 7, .hidden = 9, .classes = 4}),
       {144},
       {1, 3, 70}},
      {"shakespeare", std::make_shared<model::Lstm>(model::Lstm::Sizes{}), {80, 80}, {3}},
      {"sent140",
       std::make_shared<model::Lstm>(
           model::Lstm::Sizes{.length = 25, .hidden = 100, .head = 30, .classes = 2}, at::rand({50, 300})),
       {25, 50},
       {1, 10}},
      odd_lstm({.length = 2}, false),
      odd_lstm({.length = 4, .layers = 3}, true)};
  for (const bool frozen : {false, true})
    for (const std::int64_t head : {0, 5})
      for (const bool two_biases : {false, true})
        pairs.push_back(odd_lstm({.length = 6, .head = head, .two_biases = two_biases}, frozen));
  return pairs;
}

INSTANTIATE_TEST_SUITE_P(Networks, HandDerivedEngine,
                         testing::Combine(testing::ValuesIn(pairs()),
                                          testing::Values(at::kFloat, at::kDouble)),
                         [](const auto& test) {
                           return std::get<0>(test.param).name + "_" + at::toString(std::get<1>(test.param));
                         });

// bf16 has 8 bits: a gradient's error is far above that of fp32, and below a tenth of the gradient.
TEST(EngineInBf16, IsNearThatOfFp32) {
  const std::vector<std::pair<std::shared_ptr<const model::Network>, Samples>> cases{
      {std::make_shared<model::ImageCnn>(), {784}},
      {std::make_shared<model::Lstm>(model::Lstm::Sizes{.length = 10}), {10, 80}}};
  for (const auto& [network, samples] : cases) {
    at::manual_seed(5);
    const auto theta = model::initial_parameters(network->layout(), model::Initialisation::tf, 1);
    const auto batch = random_batch(6, samples, network->classes(), at::kFloat);
    const auto exact = make_engine(*network, at::kCPU),
               rounding = make_engine(*network, at::kCPU, {model::Precision::bf16});
    const auto g = gradient(*exact, theta, batch).value;
    const auto h = hessian_product(*exact, theta, batch, g, false).value;
    for (const double error : {relative_error(gradient(*rounding, theta, batch).value, g),
                               relative_error(hessian_product(*rounding, theta, batch, g, false).value, h)}) {
      EXPECT_GT(error, 1e-4) << network->name();
      EXPECT_LT(error, 0.1) << network->name();
    }
  }
}

TEST(WorkDone, IsTheRowsOfTheFormulas) {
  const TanhNetwork network;
  at::manual_seed(2);
  const auto theta = at::randn({network.layout().size()}, at::kDouble);
  const auto support = random_batch(7, 5, 3, at::kDouble), query = random_batch(4, 5, 3, at::kDouble);
  const auto engine = make_autograd_engine(network, model::counted_products());
  const learn::Passes passes{2, 3, 0};
  const auto steps = learn::minibatches(support, passes);

  const auto work_of = [](const auto& training) {
    const auto before = cost::work_done();
    training();
    return cost::work_done() - before;
  };
  const auto work = work_of([&] { learn::maml(*engine, theta, 0.1, steps, query); });
  EXPECT_EQ(work.gradient_rows, 2 * 7 + 4);
  EXPECT_EQ(work.hessian_rows, 2 * 7);
  const auto f = network.forward_flops_per_sample();
  EXPECT_EQ(cost::work_flops(work, f), cost::maml_flops(f, learn::rows_processed(7, passes), 4));

  const auto scoring = work_of([&] { scores(*engine, theta, query.x); });
  EXPECT_EQ(scoring.gradient_rows + scoring.hessian_rows, 0) << "scoring is not training";
}

// The derivatives of a network with dropout are those of one function, which its batch's key names.
TEST(EngineWithDropout, DrawsOneMaskForAllDerivativesOfABatch) {
  at::manual_seed(3);
  const auto cnn = small_dropout_cnn();
  const auto engine = make_autograd_engine(cnn, model::counted_products());
  const auto theta = at::randn({cnn.layout().size()}, at::kDouble) * 0.5, v = at::randn_like(theta);
  auto batch = random_batch(5, 64, 4, at::kDouble);
  const auto without = gradient(*engine, theta, batch).loss.item<double>();
  EXPECT_NEAR(without, model::cross_entropy(scores(*engine, theta, batch.x), batch.y).item<double>(), 1e-14);

  batch.dropout = 9;
  const auto loss = [&](const at::Tensor& at) { return gradient(*engine, at, batch).loss.item<double>(); };
  EXPECT_GT(std::abs(loss(theta) - without), 1e-3);
  const auto product = hessian_product(*engine, theta, batch, v, true);
  EXPECT_LT(relative_error(product.gradient, central_differences(loss, theta, 1e-6)), 1e-8);
  constexpr double h = 1e-6;
  const auto difference =
      (gradient(*engine, theta + h * v, batch).value - gradient(*engine, theta - h * v, batch).value) /
      (2 * h);
  EXPECT_LT(relative_error(product.value, difference), 1e-8);
}

}  // namespace
}  // namespace fedmeta::engine
