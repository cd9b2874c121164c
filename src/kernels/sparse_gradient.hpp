// The gradient of a pooled convolution's kernels, computed as a plain sum.
//
// A pooled output has its gradient at one of four places, and none if the ReLU is off. The sum therefore has
// an eighth of a convolution's terms, less than half of those of Winograd's method, and is exactly zero where
// these are zero: Adam would turn rounding errors there into full steps.
#pragma once

#include <ATen/core/Tensor.h>

#include "kernels/pool_window.hpp"

namespace fedmeta::kernels {

/// Adds to sums [co, 5, 5, ci] the sum over all windows of g times the 5 x 5 inputs of the window's source.
/// image [n, h + 4, w + 4, ci]; g and `source` [n, h/2, w/2, co]. Float or double, on the CPU, contiguous.
void add_kernel_gradient(const at::Tensor& image, const at::Tensor& g, const at::Tensor& source,
                         const at::Tensor& sums);

}  // namespace fedmeta::kernels
