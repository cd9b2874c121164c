// The kernels' gradient of a pooled convolution, as the plain sum that it is.
//
// A pooled output has its gradient at one of four places, and none where the ReLU is off. So the sum has an
// eighth of the terms of a convolution, less than half of those of Winograd's way, and is exact where these
// are zero: Adam makes full steps of what rounding would leave there.
#pragma once

#include <ATen/core/Tensor.h>

#include "kernels/pool_window.hpp"

namespace fedmeta::kernels {

/// sums [co, 5, 5, ci] += sum over the windows of g times the 5 x 5 inputs of where it came from.
/// image [n, h + 4, w + 4, ci]; g [n, h/2, w/2, co] and its `source`. Float or double, on the CPU,
/// contiguous.
void add_kernel_gradient(const at::Tensor& image, const at::Tensor& g, const at::Tensor& source,
                         const at::Tensor& sums);

}  // namespace fedmeta::kernels
