// Derivatives of one batch against central differences in double.
#include "learn/engine.hpp"

#include <gtest/gtest.h>

#include "cost/formulas.hpp"
#include "learn/cnn_engine.hpp"
#include "learn/meta_gradient.hpp"
#include "learn/metered_engine.hpp"
#include "learn/problems.hpp"

namespace fedmeta::learn {
namespace {

struct Case {
  const char* name;
  std::shared_ptr<const model::Network> network;
  Samples samples;
  const model::Products* products;  ///< null: hand-derived passes
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
      engine = make_cnn_engine(dynamic_cast<const model::ImageCnn&>(network));
    theta = at::randn({network.layout().size()}, at::kDouble) * 0.5;
    batch = random_batch(5, GetParam().samples, network.classes(), at::kDouble);
  }
  at::Tensor direction() const { return at::randn_like(theta); }

  std::unique_ptr<Engine> engine;
  at::Tensor theta;
  Batch batch;
};

TEST_P(EngineDerivatives, GradientIsThatOfTheMeanLoss) {
  const auto loss = [&](const at::Tensor& at) {
    return model::cross_entropy(engine->scores(at, batch.x), batch.y).item<double>();
  };
  const auto g = engine->gradient(theta, batch);
  EXPECT_NEAR(g.loss.item<double>(), loss(theta), 1e-14);
  EXPECT_LT(relative_error(g.value, central_differences(loss, theta, 1e-6)), 1e-8);
}

TEST_P(EngineDerivatives, HessianProductIsTheGradientsDerivative) {
  const auto v = direction();
  const auto product = engine->hessian_product(theta, batch, v, true);
  constexpr double h = 1e-6;
  const auto difference =
      (engine->gradient(theta + h * v, batch).value - engine->gradient(theta - h * v, batch).value) / (2 * h);
  EXPECT_LT(relative_error(product.value, difference), 1e-8);
  EXPECT_LT(relative_error(product.gradient, engine->gradient(theta, batch).value), 1e-14);
}

TEST_P(EngineDerivatives, HessianIsSymmetricAndLinear) {
  const auto u = direction(), v = direction();
  const auto product = [&](const at::Tensor& along) {
    return engine->hessian_product(theta, batch, along, false).value;
  };
  EXPECT_NEAR(at::dot(u, product(v)).item<double>(), at::dot(v, product(u)).item<double>(), 1e-12);
  EXPECT_LT(relative_error(product(u - 3 * v), product(u) - 3 * product(v)), 1e-12);
}

TEST_P(EngineDerivatives, LeaveNothingBehind) {
  const auto before = theta.clone();
  const auto g = engine->gradient(theta, batch);
  const auto h = engine->hessian_product(theta, batch, g.value, true);
  EXPECT_TRUE(at::equal(theta, before));
  for (const auto& result : {theta, g.value, g.loss, h.gradient, h.value})
    EXPECT_FALSE(result.requires_grad());  // a result must not keep its graph alive
}

TEST_P(EngineDerivatives, OfABatchAreTheMeanOfItsRows) {
  auto mean = at::zeros_like(theta);
  for (std::int64_t i = 0; i < batch.rows(); ++i)
    mean += engine->gradient(theta, batch.rows(i, i + 1)).value / static_cast<double>(batch.rows());
  EXPECT_LT(relative_error(engine->gradient(theta, batch).value, mean), 1e-13);
}

std::vector<Case> cases() {
  const auto cnn = std::make_shared<model::ImageCnn>(small_cnn());
  const auto lstm = std::make_shared<model::Lstm>(small_lstm(false));
  const auto &counted = model::counted_products(), &plain = model::plain_products();
  return {{"tanh", std::make_shared<TanhNetwork>(), {5}, &counted},
          {"cnn", cnn, {64}, &counted},
          {"plain_cnn", cnn, {64}, &plain},
          {"lstm", lstm, {3, 3}, &counted},
          {"plain_lstm", lstm, {3, 3}, &plain},
          {"frozen_lstm", std::make_shared<model::Lstm>(small_lstm(true)), {3, 3}, &counted}};
}

INSTANTIATE_TEST_SUITE_P(Networks, EngineDerivatives, testing::ValuesIn(cases()));

/// The paper's network: no differences, but the autograd path says what is right.
class CnnEngineAgrees : public testing::TestWithParam<at::ScalarType> {
 protected:
  double tolerance() const { return GetParam() == at::kDouble ? 1e-10 : 1e-5; }
};

TEST_P(CnnEngineAgrees, WithAutograd) {
  at::manual_seed(4);
  const model::ImageCnn cnn;
  const auto theta = model::initial_parameters(cnn.layout(), model::Initialisation::torch, 1).to(GetParam());
  const auto fast = make_cnn_engine(cnn);
  const auto reference = make_autograd_engine(cnn, model::plain_products());
  for (const std::int64_t rows : {1, 10, 23}) {
    const auto batch = random_batch(rows, {784}, 62, GetParam());
    const auto g = fast->gradient(theta, batch), expected = reference->gradient(theta, batch);
    EXPECT_LT(relative_error(g.value, expected.value), tolerance());
    EXPECT_LT(relative_error(g.loss, expected.loss), tolerance());
    const auto h = fast->hessian_product(theta, batch, expected.value, true);
    const auto exact = reference->hessian_product(theta, batch, expected.value, true);
    EXPECT_LT(relative_error(h.value, exact.value), tolerance());
    EXPECT_LT(relative_error(h.gradient, exact.gradient), tolerance());
    EXPECT_TRUE(at::equal(fast->hessian_product(theta, batch, expected.value, false).value, h.value));
    EXPECT_LT(relative_error(fast->scores(theta, batch.x), reference->scores(theta, batch.x)), tolerance());
  }
}

INSTANTIATE_TEST_SUITE_P(Types, CnnEngineAgrees, testing::Values(at::kFloat, at::kDouble));

TEST(MeteredEngine, NotesTheRowsOfTheFormulas) {
  const TanhNetwork network;
  at::manual_seed(2);
  const auto theta = at::randn({network.layout().size()}, at::kDouble);
  const auto support = random_batch(7, 5, 3, at::kDouble), query = random_batch(4, 5, 3, at::kDouble);
  const auto engine = make_autograd_engine(network, model::counted_products());
  const MeteredEngine metered(*engine);
  const Passes passes{2, 3, 0};
  const auto steps = minibatches(support, passes);

  const auto direction = maml(metered, theta, 0.1, steps, query).direction;
  EXPECT_TRUE(at::equal(direction, maml(*engine, theta, 0.1, steps, query).direction));
  EXPECT_EQ(metered.work().gradient_rows, 2 * 7 + 4);
  EXPECT_EQ(metered.work().hessian_rows, 2 * 7);
  const auto f = network.forward_flops_per_sample();
  EXPECT_EQ(cost::work_flops(metered.work(), f), cost::maml_flops(f, rows_processed(7, passes), 4));

  EXPECT_TRUE(at::equal(metered.scores(theta, query.x), engine->scores(theta, query.x)));
  EXPECT_EQ(metered.work().gradient_rows, 2 * 7 + 4) << "scoring is not training";
}

// The derivatives of a network with dropout are those of one function, which its batch's key names.
TEST(EngineWithDropout, DrawsOneMaskForAllDerivativesOfABatch) {
  at::manual_seed(3);
  const auto cnn = small_dropout_cnn();
  const auto engine = make_autograd_engine(cnn, model::counted_products());
  const auto theta = at::randn({cnn.layout().size()}, at::kDouble) * 0.5, v = at::randn_like(theta);
  auto batch = random_batch(5, 64, 4, at::kDouble);
  const auto without = engine->gradient(theta, batch).loss.item<double>();
  EXPECT_NEAR(without, model::cross_entropy(engine->scores(theta, batch.x), batch.y).item<double>(), 1e-14);

  batch.dropout = 9;
  const auto loss = [&](const at::Tensor& at) { return engine->gradient(at, batch).loss.item<double>(); };
  EXPECT_GT(std::abs(loss(theta) - without), 1e-3);
  const auto product = engine->hessian_product(theta, batch, v, true);
  EXPECT_LT(relative_error(product.gradient, central_differences(loss, theta, 1e-6)), 1e-8);
  constexpr double h = 1e-6;
  const auto difference =
      (engine->gradient(theta + h * v, batch).value - engine->gradient(theta - h * v, batch).value) / (2 * h);
  EXPECT_LT(relative_error(product.value, difference), 1e-8);
}

}  // namespace
}  // namespace fedmeta::learn
