#include "kernels/thin_product.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "kernels/block_kernels.hpp"
#include "kernels/direct_products.hpp"
#include "kernels/vector_width.hpp"

namespace fedmeta::kernels {
namespace {

/// Largest error over what rounding may do to sums of k products.
double error(const at::Tensor& y, const at::Tensor& start, const at::Tensor& a, const at::Tensor& b) {
  const auto right = start.to(at::kDouble) + at::mm(a.to(at::kDouble), b.to(at::kDouble));
  const auto unit = y.scalar_type() == at::kFloat ? 1e-6 : 1e-15;
  return (y - right).abs().max().item<double>() / (unit * static_cast<double>(a.size(1)));
}

TEST(ThinProduct, IsTheProductForBothLayouts) {
  at::manual_seed(5);
  for (const auto type : {at::kFloat, at::kDouble})
    for (const std::int64_t n : {2, 3, 4, 5, 6, 7, 10, 12, 13, 31, 32})
      for (const auto& [k, m] : {std::pair{64, 32}, {832, 64}, {200, 96}, {128, 2}, {1600, 7}, {5, 160}}) {
        const auto a = at::randn({n, k}, type), b = at::randn({k, m}, type), start = at::randn({n, m}, type);
        for (const auto& laid_out : {b, b.t().contiguous().t()}) {
          const bool in_strips = laid_out.stride(1) == 1;
          auto y = start.clone();
          const bool done = add_thin_product(y, a, laid_out);
          if ((in_strips ? m : k) % 32 == 0) {
            EXPECT_TRUE(done) << n << " x " << k << " x " << m;
          }
          if (!done) {
            EXPECT_TRUE(at::equal(y, start));
            continue;
          }
          EXPECT_LT(error(y, start, a, laid_out), 1) << n << " x " << k << " x " << m;
        }
      }
}

TEST(ThinProduct, TakesWideLayersAndLeavesTheRest) {
  const auto x = at::ones({10, 3136}), w = at::ones({2048, 3136});
  auto y = at::zeros({10, 2048});
  EXPECT_TRUE(add_thin_product(y, x, w.t()));
  EXPECT_FLOAT_EQ(y[9][2047].item<float>(), 3136);
  EXPECT_TRUE(
      add_thin_product(y.narrow(1, 0, 1024), x.narrow(1, 0, 64), w.narrow(0, 0, 64).narrow(1, 0, 1024)));
  EXPECT_FLOAT_EQ(y[9][1023].item<float>(), 3136 + 64);
  EXPECT_FLOAT_EQ(y[9][1024].item<float>(), 3136);
  auto more = at::zeros({33, 2048}), one = at::zeros({1, 2048});
  EXPECT_FALSE(add_thin_product(more, at::ones({33, 3136}), w.t()));
  EXPECT_FALSE(add_thin_product(one, at::ones({1, 3136}), w.t()));
  EXPECT_FALSE(add_thin_product(y, at::ones({3136, 10}).t(), w.t()));
}

TEST(ThinProduct, AddsAndOverwritesThroughTheProductsOfNetworks) {
  const auto a = at::randn({9, 128}), b = at::randn({128, 64}), start = at::randn({9, 64});
  auto y = start.clone();
  add_product(y, a, b);
  EXPECT_LT(error(y, start, a, b), 1);
  EXPECT_LT(error(product(a, b), at::zeros({9, 64}), a, b), 1);
}

/// With each of this machine's kernels, on views with rows apart.
template <class T>
void expect_kernels(std::int64_t n, std::int64_t depth, at::ScalarType type) {
  for (const int width : vector_widths()) {
    const auto columns = strip_columns<T>(width);
    const at::Tensor x = at::randn({n, depth + 1}, type), strip = at::randn({depth, columns + 3}, type);
    for (const auto wanted : {columns, columns - 1}) {
      const at::Tensor start = at::randn({n, columns + 2}, type);
      at::Tensor y = start.clone();
      add_block<T>(width, n, wanted,
                   {y.data_ptr<T>(), y.stride(0), x.const_data_ptr<T>(), x.stride(0),
                    strip.const_data_ptr<T>(), strip.stride(0), depth});
      EXPECT_LT(error(y.narrow(1, 0, wanted), start.narrow(1, 0, wanted), x.narrow(1, 0, depth),
                      strip.narrow(1, 0, wanted)),
                1);
      EXPECT_TRUE(at::equal(y.slice(1, wanted), start.slice(1, wanted)));
    }
    for (const auto count : {std::int64_t{1}, dots_lines}) {
      const at::Tensor lines = at::randn({2 * dots_lines, depth + 1}, type),
                       start = at::randn({n, count + 1}, type);
      at::Tensor y = start.clone();
      add_dots<T>(width, n, count, count,
                  {y.data_ptr<T>(), y.stride(0), x.const_data_ptr<T>(), x.stride(0),
                   lines.const_data_ptr<T>(), lines.stride(0), depth});
      EXPECT_LT(error(y.narrow(1, 0, count), start.narrow(1, 0, count), x.narrow(1, 0, depth),
                      lines.narrow(0, 0, count).narrow(1, 0, depth).t()),
                1);
      EXPECT_TRUE(at::equal(y.slice(1, count), start.slice(1, count)));
    }
  }
}

TEST(BlockKernels, AgreeWithTheLibraryAtEachWidth) {
  at::manual_seed(6);
  for (const std::int64_t n : {1, 2, 3, 4, 5, 6, 7, 12, 13, 25})
    for (const std::int64_t depth : {16, 48, 400}) {
      expect_kernels<float>(n, depth, at::kFloat);
      expect_kernels<double>(n, depth, at::kDouble);
    }
}

}  // namespace
}  // namespace fedmeta::kernels
