// The energy that a GPU has used, as NVIDIA's management library (NVML) counts it.
#pragma once

#include <optional>
#include <string>

namespace fedmeta::device {

/// Returns the joules that the GPU at this place (gpu_place) has used since its driver was loaded, by whoever
/// used it; nothing where libnvidia-ml.so.1 or the GPU, before Volta, does not tell.
std::optional<double> gpu_joules(const std::string& place);

}  // namespace fedmeta::device
