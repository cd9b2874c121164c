// Winograd's maps by themselves: the convolution that they make, and each against its transpose.
#include "kernels/winograd.hpp"

#include <gtest/gtest.h>

#include "kernels/direct_products.hpp"
#include "learn/problems.hpp"

namespace fedmeta::kernels {
namespace {

constexpr std::int64_t n = 2, side = 6, ci = 3, co = 9, tiles = n * side * side / 4;

/// Zero around the image; channels last.
at::Tensor random_image(at::ScalarType type) {
  const auto image = at::randn({n, side, side, ci}, at::kDouble).to(type);
  return at::constant_pad_nd(image, {0, 0, 2, 2, 2, 2}).contiguous();
}

double inner_product(const at::Tensor& a, const at::Tensor& b) {
  return (a * b).sum().item<double>();
}

/// relu(maxpool(conv + bias)) as ATen has it, channels last.
at::Tensor expected_pool(const at::Tensor& image, const at::Tensor& kernels, const at::Tensor& bias) {
  const auto y = at::conv2d(image.permute({0, 3, 1, 2}), kernels, bias);
  return at::max_pool2d(y, {2, 2}).relu().permute({0, 2, 3, 1}).reshape({tiles, co});
}

Pooled pooled_tiles(const at::Tensor& image, const at::Tensor& kernels, const at::Tensor& bias) {
  const auto sums = batch_product(image_at_places(image), kernels_at_places(kernels).transpose(1, 2));
  Pooled pooled{at::empty({tiles, co}, image.options()), at::empty({tiles, co}, at::kInt)};
  pool_tiles(sums, bias, pooled);
  return pooled;
}

TEST(Winograd, IsTheConvolution) {
  at::manual_seed(1);
  const auto image = random_image(at::kDouble);
  const auto kernels = at::randn({co, ci, 5, 5}, at::kDouble), bias = at::randn({co}, at::kDouble);
  const auto expected = expected_pool(image, kernels, bias);
  EXPECT_LT(learn::relative_error(pooled_tiles(image, kernels, bias).value, expected), 1e-14);
  const auto in_float =
      pooled_tiles(image.to(at::kFloat), kernels.to(at::kFloat), bias.to(at::kFloat)).value.to(at::kDouble);
  EXPECT_LT(learn::relative_error(in_float, expected), 2e-6);
}

TEST(Winograd, KnowsWhereTheLargestOutputWas) {
  // A kernel that passes the image on, so that the tiles are the image's windows.
  auto kernels = at::zeros({1, 1, 5, 5}, at::kDouble);
  kernels[0][0][2][2] = 1;
  auto image = at::zeros({1, 8, 8, 1}, at::kDouble);
  image[0][2][3][0] = 5;   // upper left window, place 1
  image[0][3][4][0] = 5;   // upper right, place 2
  image[0][4][2][0] = -5;  // lower left: all others are zero, and the ReLU is off
  image[0][5][5][0] = 5;   // lower right, place 3
  const auto sums = batch_product(image_at_places(image), kernels_at_places(kernels).transpose(1, 2));
  const Pooled pooled{at::empty({4, 1}, at::kDouble), at::empty({4, 1}, at::kInt)};
  pool_tiles(sums, at::full({1}, -1e-3, at::kDouble), pooled);
  EXPECT_TRUE(at::equal(pooled.source.view({-1}), at::tensor({1, 2, nowhere, 3}, at::kInt)));
}

TEST(Winograd, MapsHaveTheirTransposes) {
  at::manual_seed(2);
  const auto image = random_image(at::kDouble);
  const auto image_there = at::randn({winograd_places, tiles, ci}, at::kDouble);
  const auto sums = at::randn({winograd_places, tiles, co}, at::kDouble),
             g = at::randn({tiles, co}, at::kDouble);
  const auto source = at::randint(5, {tiles, co}, at::kInt);

  const auto image_back = at::zeros_like(image);
  add_from_places(image_there, image_back);
  EXPECT_NEAR(inner_product(image_at_places(image), image_there), inner_product(image, image_back), 1e-9);

  const auto picked = at::empty_like(g);
  pool_tiles_along(sums, at::zeros({co}, at::kDouble), source, picked);
  EXPECT_NEAR(inner_product(picked, g), inner_product(sums, tiles_at_places(g, source)), 1e-9);
}

}  // namespace
}  // namespace fedmeta::kernels
