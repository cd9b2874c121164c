// What has to be found out before the constructors of the libraries run, hence before main.
#pragma once

#include <span>

namespace fedmeta::programs {

/// The cores that this process was started with, as the kernel's mask: bit c of all words is core c. OpenMP
/// binds the main thread to one of them where OMP_PROC_BIND, OMP_PLACES or GOMP_CPU_AFFINITY are set.
std::span<const unsigned long> start_mask();

}  // namespace fedmeta::programs
