// Products of a few rows with a large matrix: a dense layer on a small batch, forward and backward.
//
// For each product the library copies the large matrix into its own layout, which takes longer than
// multiplying ten rows. Here the matrix is read in place, once. One thread of an AMD EPYC (Zen 3; a square
// product runs at 92 GFLOP/s), a 2048 x 3136 matrix, in ms, library -> here: 10 rows forward 3.7 -> 2.0,
// backward 3.2 -> 2.1; 32 rows 6.5 -> 5.3 and 6.0 -> 5.3. The weight gradient is left to the library.
#pragma once

#include <ATen/core/Tensor.h>

namespace fedmeta::kernels {

/// With more rows the library is as fast.
inline constexpr std::int64_t most_thin_rows = 32;

/// Adds a [n, k] b [k, m] to out [n, m] and returns true, if n is at most most_thin_rows and the layouts
/// suit; on the CPU, in float or double. Otherwise changes nothing and returns false: the library is to do
/// it. Does not count FLOPs.
bool add_thin_product(const at::Tensor& out, const at::Tensor& a, const at::Tensor& b);

}  // namespace fedmeta::kernels
