// The wide layer in factored form against the same numbers in a matrix.
#include "kernels/factored_matrix.hpp"

#include <gtest/gtest.h>

#include <type_traits>

#include "engine/autograd_engine.hpp"
#include "engine/cnn_engine.hpp"
#include "engine/cnn_inner_loop.hpp"
#include "learn/local_training.hpp"
#include "learn/meta_gradient.hpp"
#include "learn/problems.hpp"
#include "sanitizers/paper_sizes.hpp"

namespace fedmeta::engine {
using namespace learn;
namespace {

void expect_equal(const kernels::FactoredView& factored, const at::Tensor& dense) {
  const auto x = at::randn({3, dense.size(1)}, at::kDouble), g = at::randn({2, dense.size(0)}, at::kDouble);
  EXPECT_LT(relative_error(factored.forward(x), x.mm(dense.t())), 1e-14);
  EXPECT_LT(relative_error(factored.backward(g), g.mm(dense)), 1e-14);
  auto written = at::full_like(dense, 7);
  factored.write_into(written);
  EXPECT_LT(relative_error(written, dense), 1e-14);
}

TEST(FactoredMatrix, IsTheMatrixOfItsParts) {
  at::manual_seed(1);
  const auto dense = at::randn({4, 6}, at::kDouble), left = at::randn({2, 4}, at::kDouble),
             right = at::randn({2, 6}, at::kDouble);
  kernels::FactoredMatrix with_base(dense, 3), without(4, 6, 3, dense.options());
  expect_equal(with_base.view(), dense);
  with_base.add(left, right, -0.5);
  without.add(left, right, -0.5);
  expect_equal(with_base.view(), dense - 0.5 * left.t().mm(right));
  expect_equal(without.view(), -0.5 * left.t().mm(right));
  expect_equal(kernels::FactoredView(left, right), left.t().mm(right));
}

TEST(FactoredMatrix, AViewStaysWhereItWas) {
  static_assert(!std::is_copy_constructible_v<kernels::FactoredMatrix>, "two owners would share rows");
  at::manual_seed(2);
  const auto dense = at::randn({4, 6}, at::kDouble), row = at::randn({1, 4}, at::kDouble),
             column = at::randn({1, 6}, at::kDouble);
  kernels::FactoredMatrix growing(dense, 2);
  const auto before = growing.view();
  growing.add(row, column, 1);
  const auto between = growing.view();
  growing.add(column.slice(1, 0, 4), column, 1);
  expect_equal(before, dense);
  expect_equal(between, dense + row.t().mm(column));
}

TEST(FactoredMatrix, RoundsItsBaseForProductsAlone) {
  using kernels::rounded_to_bf16;
  at::manual_seed(6);
  for (const auto& [type, tolerance] : {std::pair{at::kDouble, 1e-14}, {at::kFloat, 1e-6}}) {
    const auto dense = at::randn({40, 32}, type), left = rounded_to_bf16(at::randn({3, 40}, type)),
               right = rounded_to_bf16(at::randn({3, 32}, type));
    const auto x = at::randn({5, 32}, type), g = at::randn({5, 40}, type);
    const kernels::FactorRounding rounding(true);
    kernels::FactoredMatrix matrix(dense, 3);
    EXPECT_LT(relative_error(matrix.view().forward(x), rounded_to_bf16(x).mm(rounded_to_bf16(dense).t())),
              tolerance);
    EXPECT_LT(relative_error(matrix.view().backward(g), rounded_to_bf16(g).mm(rounded_to_bf16(dense))),
              tolerance);
    matrix.add(left, right, -0.3);
    auto written = at::zeros_like(dense);
    matrix.view().write_into(written);
    EXPECT_LT(relative_error(written, dense - 0.3 * left.t().mm(right)), tolerance)
        << "a step is not rounded";
  }
}

/// Wide layer 40 x 32, so that 17 rows are where factors stop paying.
model::ImageCnn small_wide_cnn() {
  return model::ImageCnn({.image = 8, .channels1 = 4, .channels2 = 8, .hidden = 40, .classes = 5});
}

struct Sets {
  std::int64_t support, query;
};

class FactoredInnerLoop : public testing::TestWithParam<Sets> {};

TEST_P(FactoredInnerLoop, IsTheInnerLoop) {
  const auto cnn = small_wide_cnn();
  const auto fast = offer_cnn_engine(cnn, at::kCPU, {});
  const auto reference = make_autograd_engine(cnn, model::plain_products());
  for (const auto& [type, tolerance] : {std::pair{at::kDouble, 1e-10}, {at::kFloat, 1e-5}}) {
    at::manual_seed(3);
    const auto theta = (at::randn({cnn.layout().size()}, at::kDouble) * 0.2).to(type);
    const auto support = random_batch(GetParam().support, 64, 5, type),
               query = random_batch(GetParam().query, 64, 5, type);
    const auto steps = learn::minibatches(support, {1, 4, 0});  // the last of 13, 17, 21: one row
    const learn::InnerRate alpha(0.3);
    EXPECT_EQ(CnnInnerLoop::pays(cnn, steps), GetParam().support <= 17);
    EXPECT_LT(relative_error(learn::adapt(*fast, theta, alpha, steps),
                             learn::adapt(*reference, theta, alpha, steps)),
              tolerance);
    for (const bool first : {true, false}) {
      const auto update = [&](const learn::Engine& by) {
        return first ? learn::fomaml(by, theta, 0.3, steps, query)
                     : learn::maml(by, theta, 0.3, steps, query);
      };
      const auto value = update(*fast), exact = update(*reference);
      EXPECT_LT(relative_error(value.direction, exact.direction), tolerance);
      EXPECT_LT(relative_error(value.loss, exact.loss), tolerance);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(BothSides, FactoredInnerLoop,
                         testing::Values(Sets{1, 3}, Sets{13, 9}, Sets{17, 17}, Sets{17, 30}, Sets{21, 9}),
                         [](const auto& info) {
                           return "support" + std::to_string(info.param.support) + "query" +
                                  std::to_string(info.param.query);
                         });

// Full batches, too, and FEMNIST's own sizes: there the wide layer is factored and steps keep their passes.
TEST(FactoredInnerLoop, IsThatOfFemnist) {
  FEDMETA_AT_PAPER_SIZES();
  at::manual_seed(4);
  const model::ImageCnn cnn;
  const auto fast = offer_cnn_engine(cnn, at::kCPU, {});
  const auto reference = make_autograd_engine(cnn, model::counted_products());
  const auto theta = model::initial_parameters(cnn.layout(), model::Initialisation::tf, 1);
  const auto support = random_batch(11, 784, 62, at::kFloat), query = random_batch(7, 784, 62, at::kFloat);
  for (const std::int64_t batch : {0, 10}) {
    const auto steps = learn::minibatches(support, {1, batch, 0});
    const auto value = learn::maml(*fast, theta, 0.01, steps, query),
               exact = learn::maml(*reference, theta, 0.01, steps, query);
    EXPECT_LT(relative_error(value.direction, exact.direction), 1e-5);
    const auto alpha = at::full_like(theta, 0.01);
    EXPECT_LT(relative_error(learn::meta_sgd(*fast, theta, alpha, steps, query).direction,
                             learn::meta_sgd(*reference, theta, alpha, steps, query).direction),
              1e-5);
  }
}

/// Passes over a batch hand out the wide layer's part by its factors, and formed it is what they return as a
/// whole.
TEST(FactoredPasses, AreThoseOfTheWholeGradient) {
  const auto cnn = small_wide_cnn();
  const auto engine = offer_cnn_engine(cnn, at::kCPU, {});
  at::manual_seed(5);
  const auto theta = at::randn({1, cnn.layout().size()}, at::kDouble) * 0.2, v = at::randn_like(theta);
  const auto batch = random_batch(6, 64, 5, at::kDouble);
  const auto g = engine->gradients(theta, {batch}).values;
  const auto h = engine->hessian_products(theta, {batch}, v, false).values;
  const auto loss = engine->loss(theta, {batch});
  const auto passing = loss->passing_gradients();
  const auto products = loss->passing_hessian_products(v);
  for (const auto* vectors : {&passing.values, &products.gradients, &products.values}) {
    ASSERT_NE(vectors->block(0), nullptr);
    EXPECT_EQ(vectors->block(0)->of(theta[0]).numel(), 40 * 32);
  }
  EXPECT_LT(relative_error(passing.values.formed(), g), 1e-14);
  EXPECT_LT(relative_error(products.gradients.formed(), g), 1e-14);
  EXPECT_LT(relative_error(products.values.formed(), h), 1e-14);
}

class FactoredSteps : public testing::TestWithParam<std::int64_t> {};

/// Batches of up to 16 rows go by factors throughout, those of up to 32 in part.
TEST_P(FactoredSteps, AreThoseOfTheWholeGradient) {
  const auto cnn = small_wide_cnn();
  const auto fast = offer_cnn_engine(cnn, at::kCPU, {});
  const auto reference = make_autograd_engine(cnn, model::plain_products());
  at::manual_seed(6);
  const auto theta = at::randn({cnn.layout().size()}, at::kDouble) * 0.2;
  const auto alpha = at::rand_like(theta) * 0.3;
  const auto support = random_batch(37, 64, 5, at::kDouble), query = random_batch(9, 64, 5, at::kDouble);
  const auto steps = learn::minibatches(support, {2, GetParam(), 0});
  const auto sweep = [&](const learn::Engine& by) {
    return learn::meta_sgd(by, theta, alpha, steps, query).direction;
  };
  EXPECT_LT(relative_error(sweep(*fast), sweep(*reference)), 1e-10);
  for (const auto& optimizer : {learn::make_adam(0.01), learn::make_adam(0.01, 0.1), learn::make_sgd(0.1),
                                learn::make_sgd(0.1, 0.9, 0.1)})
    for (const auto direction : {learn::Direction::difference, learn::Direction::gradients}) {
      const auto trained = [&](const learn::Engine& by) {
        learn::ClientStates states;
        learn::Steps each;
        learn::put_steps(each, 0, 1, steps);
        return learn::fedavg(by, theta, each, *optimizer, states, direction).directions;
      };
      EXPECT_LT(relative_error(trained(*fast), trained(*reference)), 1e-9);
    }
}

INSTANTIATE_TEST_SUITE_P(Batches, FactoredSteps, testing::Values(1, 10, 16, 20, 32, 0));

}  // namespace
}  // namespace fedmeta::engine
