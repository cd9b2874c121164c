// What must be determined before the constructors of the libraries run, and so before main.
#pragma once

#include <span>

namespace fedmeta::programs {

/// Returns the cores with which this process was started, as the kernel's mask: bit c over all words is core
/// c. Later OpenMP may bind the main thread to one of them, if OMP_PROC_BIND, OMP_PLACES or GOMP_CPU_AFFINITY
/// are set.
std::span<const unsigned long> start_mask();

}  // namespace fedmeta::programs
