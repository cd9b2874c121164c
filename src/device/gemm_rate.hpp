// The yardstick of all efficiencies: how fast this process multiplies two matrices.
#pragma once

#include <ATen/core/Tensor.h>

namespace fedmeta::device {

/// FLOP/s of a 2048 x 2048 fp32 product on the device with the present threads: median of 9 after a warm-up.
double gemm_flops_per_second(at::Device device);

}  // namespace fedmeta::device
