// Convolution with 5 x 5 kernels by Winograd's minimal filtering F(2 x 2, 5 x 5) (Winograd 1980; for networks
// Lavin and Gray 2016).
//
// A tile of 2 x 2 outputs needs 6 x 6 inputs. Linear maps take the inputs and the kernels to 36 places, at
// each of which the convolution is a product of matrices, and another map takes the products to the outputs:
// 36 multiplications instead of 100, by exact algebra. Derivatives use the transposed maps. The places are
// the pairs of 6 points, 0, 2/3, -2/3, 3/2, -3/2 and infinity: in fp32 an output's error is 4 times that of
// the plain sum (0.7e-6 of a typical output), half of what the usual 0, 1, -1, 2, -2 give (measured).
//
// A tile is a window of the pooling that follows, so unpooled outputs are never stored.
#pragma once

#include <ATen/core/Tensor.h>

#include "kernels/pool_window.hpp"

namespace fedmeta::kernels {

inline constexpr std::int64_t winograd_places = 36;

// An image [n, h + 4, w + 4, c] has a border of 2 around it, with h and w even. Tiles are counted image by
// image and row by row; `tiles` is their number. Float or double, on the CPU, contiguous.

/// Maps kernels [co, ci, 5, 5] to [36, co, ci].
at::Tensor kernels_at_places(const at::Tensor& kernels);

/// Maps an image to [36, tiles, c].
at::Tensor image_at_places(const at::Tensor& image);
/// The transpose: maps [36, tiles, c] back and adds the result to `image`.
void add_from_places(const at::Tensor& at_places, const at::Tensor& image);

/// Maps sums at the places [36, tiles, c] to outputs, adds bias [c], and writes the pooled outputs [tiles, c]
/// into `pooled`.
void pool_tiles(const at::Tensor& at_places, const at::Tensor& bias, const Pooled& pooled);
/// Writes into `value` the derivatives of the pooled outputs along a direction, given those of the sums and
/// the bias.
void pool_tiles_along(const at::Tensor& at_places, const at::Tensor& bias, const at::Tensor& source,
                      const at::Tensor& value);
/// The transpose: maps the gradient g [tiles, c] of the pooled outputs to [36, tiles, c].
at::Tensor tiles_at_places(const at::Tensor& g, const at::Tensor& source);

}  // namespace fedmeta::kernels
