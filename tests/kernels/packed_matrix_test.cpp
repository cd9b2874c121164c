#include "kernels/packed_matrix.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "cost/executed_flops.hpp"
#include "kernels/direct_products.hpp"

namespace fedmeta::kernels {
namespace {

struct Shape {
  std::int64_t n, k, m;
};

/// With each of this machine's kernels; of the rounded factors where `rounds`, then in bf16 tiles if there
/// are any.
template <class T>
void expect_products(const Shape& shape, at::ScalarType type, double tolerance, bool rounds = false) {
  const auto [n, k, m] = shape;
  const auto x = at::randn({n, k}, type), matrix = at::randn({m, k}, type).t(),
             start = at::randn({n, m}, type);
  const FactorRounding rounding(rounds);
  const at::Tensor expected = start.to(at::kDouble) + at::mm(Factor(x).value().to(at::kDouble),
                                                             Factor(matrix).value().to(at::kDouble));
  for (const int width : vector_widths()) {
    auto y = start.clone();
    PackedMatrix(matrix, width).add_product(y.data_ptr<T>(), x.const_data_ptr<T>(), n);
    EXPECT_LT((y - expected).abs().max().item<double>(), tolerance * static_cast<double>(k))
        << n << " x " << k << " x " << m << ", registers of " << width << " bytes";
  }
}

TEST(PackedMatrix, MultipliesAnyNumberOfRowsAndColumns) {
  at::manual_seed(3);
  for (const std::int64_t n : {1, 2, 3, 4, 5, 6, 7, 10, 12, 13, 25})
    for (const auto& [k, m] : {std::pair{1, 1}, {7, 16}, {21, 84}, {256, 33}, {600, 100}}) {
      expect_products<float>({n, k, m}, at::kFloat, 1e-6);
      expect_products<double>({n, k, m}, at::kDouble, 1e-15);
    }
}

TEST(PackedMatrix, RoundsBothFactors) {
  at::manual_seed(4);
  for (const std::int64_t n : {1, 5, 10, 32, 70})
    for (const auto& [k, m] : {std::pair{2, 3}, {7, 16}, {21, 84}, {256, 64}, {257, 130}}) {
      expect_products<float>({n, k, m}, at::kFloat, 1e-6, true);
      expect_products<double>({n, k, m}, at::kDouble, 1e-15, true);
    }
}

TEST(Products, RoundBothFactorsOnce) {
  at::manual_seed(5);
  const auto a = at::randn({10, 64}), b = at::randn({64, 96}), out = at::randn({10, 96});
  const auto expected = at::mm(rounded_to_bf16(a), rounded_to_bf16(b));
  const FactorRounding rounding(true);
  EXPECT_TRUE(at::allclose(product(a, b), expected, 1e-5, 1e-5));
  EXPECT_FALSE(at::allclose(product(a, b), at::mm(a, b), 1e-5, 1e-5));
  const Factor factor(b);
  EXPECT_TRUE(at::equal(factor.t().value(), rounded_to_bf16(b).t()));
  auto sum = out.clone();
  add_product(sum, a, factor);
  EXPECT_TRUE(at::allclose(sum, out + expected, 1e-5, 1e-5));
  const ExactProducts exact;
  EXPECT_TRUE(at::allclose(product(a, b), at::mm(a, b), 1e-5, 1e-5));
}

TEST(PackedMatrix, KeepsItsOwnCopy) {
  auto matrix = at::ones({3, 2});
  const PackedMatrix packed(matrix);
  matrix.zero_();
  const auto x = at::ones({1, 3});
  auto y = at::ones({1, 2});
  packed.add_product(y.data_ptr<float>(), x.const_data_ptr<float>(), 1);
  EXPECT_TRUE(at::equal(y, at::full({1, 2}, 4.0F)));
}

TEST(PackedMatrix, CountsItsFlops) {
  const PackedMatrix packed(at::ones({3, 5}));
  const auto x = at::ones({2, 3});
  auto y = at::ones({2, 5});
  const auto before = cost::executed_flops();
  packed.add_product(y.data_ptr<float>(), x.const_data_ptr<float>(), 2);
  EXPECT_EQ(cost::executed_flops() - before, 2 * 2 * 3 * 5);
}

}  // namespace
}  // namespace fedmeta::kernels
