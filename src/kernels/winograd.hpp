// Convolution with 5 x 5 kernels by Winograd's minimal filtering F(2 x 2, 5 x 5) (Winograd 1980; for networks
// Lavin and Gray 2016).
//
// A tile of 2 x 2 outputs needs one of 6 x 6 inputs. Linear maps take the inputs and the kernels to 36
// places, at each of which the convolution is a product of matrices, and another map takes these to the
// outputs: 36 multiplications instead of 100, by exact algebra. Derivatives go through the transposed maps.
// The places are the products of 6 points, 0, 2/3, -2/3, 3/2, -3/2 and infinity: in fp32 an output's error is
// 4 times that of the plain sum (0.7e-6 of a typical one), half of what the usual 0, 1, -1, 2, -2 have
// (measured).
//
// A tile is a window of the pooling that follows, so the outputs themselves are never stored.
#pragma once

#include <ATen/core/Tensor.h>

#include "kernels/pool_window.hpp"

namespace fedmeta::kernels {

inline constexpr std::int64_t winograd_places = 36;

// An image [n, h + 4, w + 4, c] has a border of 2 around it, h and w even; its tiles are counted image by
// image, row by row, and `tiles` is their number. Float or double, on the CPU, contiguous.

/// [co, ci, 5, 5] -> [36, co, ci]
at::Tensor kernels_at_places(const at::Tensor& kernels);

/// Image -> [36, tiles, c].
at::Tensor image_at_places(const at::Tensor& image);
/// Transposed: [36, tiles, c] is added to `image`.
void add_from_places(const at::Tensor& at_places, const at::Tensor& image);

/// Sums at the places [36, tiles, c], bias [c] -> the tiles' pooled outputs [tiles, c] into `pooled`.
void pool_tiles(const at::Tensor& at_places, const at::Tensor& bias, const Pooled& pooled);
/// Their derivatives along a direction, in which the sums and the bias change so, into `value`.
void pool_tiles_along(const at::Tensor& at_places, const at::Tensor& bias, const at::Tensor& source,
                      const at::Tensor& value);
/// Transposed: the gradient g [tiles, c] of the pooled outputs -> [36, tiles, c].
at::Tensor tiles_at_places(const at::Tensor& g, const at::Tensor& source);

}  // namespace fedmeta::kernels
