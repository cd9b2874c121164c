// Bytes copied between host and device memory, counted where the copies are made. None on the CPU.
#pragma once

#include <cstdint>

namespace fedmeta::cost {

/// Adds to this process's count.
void count_device_bytes(std::int64_t bytes);

/// Bytes counted in this process so far; take differences.
std::int64_t device_bytes();

}  // namespace fedmeta::cost
