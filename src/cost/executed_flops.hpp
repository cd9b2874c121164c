// Executed FLOPs: 2 per multiply-add of every matrix product and convolution, counted where it is called.
#pragma once

#include <cstdint>

namespace fedmeta::cost {

/// Adds to this process's count. Thread-safe: the backward pass on a GPU runs on its own thread.
void count_executed_flops(std::int64_t flops);

/// FLOPs counted in this process so far; take differences.
std::int64_t executed_flops();

}  // namespace fedmeta::cost
