// The wide layer in factored form against the same numbers in a matrix.
#include "kernels/factored_matrix.hpp"

#include <gtest/gtest.h>

#include <type_traits>

#include "engine/autograd_engine.hpp"
#include "engine/cnn_engine.hpp"
#include "engine/cnn_inner_loop.hpp"
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

}  // namespace
}  // namespace fedmeta::engine
