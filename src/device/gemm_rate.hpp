// The yardstick of all efficiencies: how fast this process multiplies two matrices.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace fedmeta::device {

/// The side of the matrices by which efficiency is measured.
inline constexpr std::int64_t whole_gemm_size = 2048;

/// Returns the FLOP/s of a product of two n x n fp32 matrices on the device with the present threads: median
/// of 9 after a warm-up.
double gemm_flops_per_second(at::Device device, std::int64_t n = whole_gemm_size);

}  // namespace fedmeta::device
