// Executed FLOPs: 2 per multiply-add of every matrix product and convolution, counted at the call.
#pragma once

#include <cstdint>

namespace fedmeta::cost {

/// Adds to the count of this process. Thread-safe, since the backward pass on a GPU runs on its own thread.
void count_executed_flops(std::int64_t flops);

/// Returns the FLOPs counted in this process so far. Take differences.
std::int64_t executed_flops();

}  // namespace fedmeta::cost
