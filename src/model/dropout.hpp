// Dropout whose masks are named by numbers, so that every derivative of one batch sees the same mask.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace fedmeta::model {

/// h [n, units] with each unit set to zero with probability `rate`, the others divided by 1 - rate. The mask
/// depends on (key, layer) and the shape alone. Key 0: h itself, as in evaluation.
at::Tensor dropout(const at::Tensor& h, double rate, std::uint64_t key, std::uint64_t layer);

}  // namespace fedmeta::model
