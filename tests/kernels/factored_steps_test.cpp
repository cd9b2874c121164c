// Steps along gradients that are given by their factors, against the same steps along the formed matrix.
#include "kernels/factored_steps.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>

#include "cost/executed_flops.hpp"

namespace fedmeta::kernels {
namespace {

struct Size {
  std::int64_t terms, rows, columns;
};

/// Rows that are no multiple of those formed at once, and so many that there are several strips.
const std::vector<Size> sizes{{1, 3, 32}, {10, 7, 64}, {13, 4, 96}, {32, 61, 3136}};

/// Views with rows apart, as parts of larger matrices are.
Factors random_factors(const Size& size, at::ScalarType type) {
  return {at::randn({size.terms, size.rows + 3}, type).narrow(1, 0, size.rows),
          at::randn({size.terms, size.columns + 32}, type).narrow(1, 0, size.columns)};
}

at::Tensor formed(const Factors& factors) {
  return at::mm(factors.left.t(), factors.right).view({-1});
}

double error(const at::Tensor& value, const at::Tensor& expected) {
  return ((value - expected).abs() / (1 + expected.abs())).max().item<double>();
}

class FactoredSteps : public testing::TestWithParam<at::ScalarType> {
 protected:
  at::ScalarType type = GetParam();
  double tolerance = type == at::kDouble ? 1e-13 : 1e-5;

  void SetUp() override { at::manual_seed(21); }
  at::Tensor random(const Size& size) const { return at::randn({size.rows * size.columns}, type); }
};

TEST_P(FactoredSteps, OfAdamAreThoseAlongTheFormedGradient) {
  const AdamRule rule{0.01, 0.9, 0.999, 1e-8, 0.1};
  for (const auto& size : sizes) {
    // What was in the moments before the first step does not matter.
    const auto rubbish = at::full({size.rows * size.columns}, std::numeric_limits<double>::quiet_NaN(), type);
    const AdamBlock block{random(size), rubbish.clone(), rubbish.clone()};
    const auto theta = block.theta.clone(), mean = at::zeros_like(theta), square = at::zeros_like(theta);
    for (int step = 1; step <= 3; ++step) {
      const auto g = random_factors(size, type);
      ASSERT_TRUE(suits_strips(g));
      const auto steps = at::tensor({float(step)});
      adam_step(block, g, rule, steps);
      aten_group_adam().step({{theta}, {formed(g)}, {mean}, {square}, {steps}}, rule);
      EXPECT_LT(error(block.theta, theta), tolerance) << size.rows << " rows, step " << step;
      EXPECT_LT(error(block.mean, mean), tolerance);
      EXPECT_LT(error(block.square, square), tolerance);
    }
  }
}

TEST_P(FactoredSteps, OfMetaSgdAreThoseAlongTheFormedGradient) {
  for (const auto& size : sizes) {
    const auto theta = random(size), alpha = random(size), out = at::empty_like(theta);
    const auto g = random_factors(size, type),
               h = random_factors({size.terms, size.rows, size.columns}, type);
    rate_step(out, theta, alpha, g);
    EXPECT_LT(error(out, theta - alpha * formed(g)), tolerance);

    const auto v = random(size), a = random(size);
    const auto v_after = v - formed(h), a_after = a - formed(g) * v;
    rate_sweep({v, a}, g, h);
    EXPECT_LT(error(v, v_after), tolerance);
    EXPECT_LT(error(a, a_after), tolerance);
  }
}

TEST_P(FactoredSteps, CountTheProductOnce) {
  const Size size{10, 61, 3136};
  const auto g = random_factors(size, type);
  const auto before = cost::executed_flops();
  const auto theta = random(size);
  rate_step(at::empty_like(theta), theta, theta, g);
  EXPECT_EQ(cost::executed_flops() - before, 2 * 10 * 61 * 3136);
}

INSTANTIATE_TEST_SUITE_P(Types, FactoredSteps, testing::Values(at::kFloat, at::kDouble),
                         [](const auto& test) { return at::toString(test.param); });

TEST(FactorStrips, SuitFewTermsOfWideRows) {
  const auto suit = [](const Size& size) {
    return suits_strips({at::ones({size.terms, size.rows}), at::ones({size.terms, size.columns})});
  };
  EXPECT_TRUE(suit({10, 2048, 3136}));
  EXPECT_FALSE(suit({33, 2048, 3136}));
  EXPECT_FALSE(suit({10, 2048, 3137}));
  EXPECT_FALSE(suits_strips({at::ones({2048, 10}).t(), at::ones({10, 3136})}));
}

}  // namespace
}  // namespace fedmeta::kernels
