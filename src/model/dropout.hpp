// Dropout whose masks are determined by keys, so that every derivative of a batch sees the same mask.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace fedmeta::model {

/// Returns h [n, units] with each unit set to zero with probability `rate`, else divided by 1 - rate. The
/// mask depends only on (key, layer) and the shape. Returns h itself for key 0, as in evaluation.
at::Tensor dropout(const at::Tensor& h, double rate, std::uint64_t key, std::uint64_t layer);

}  // namespace fedmeta::model
