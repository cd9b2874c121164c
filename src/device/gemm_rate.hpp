// The yardstick of all efficiencies: how fast this process multiplies two matrices.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace fedmeta::device {

/// Returns the FLOP/s of a product of two n x n fp32 matrices on the device with the present threads: median
/// of 9 after a warm-up.
double gemm_flops_per_second(at::Device device, std::int64_t n);

}  // namespace fedmeta::device
