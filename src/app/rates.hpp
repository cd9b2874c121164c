// What the machine under this process can do: the yardsticks beside the sgemm rate, and what predictions of
// a round's time start from.
#pragma once

#include <ATen/core/Tensor.h>

#include "comm/communicator.hpp"
#include "cost/round_time.hpp"

namespace fedmeta::app {

/// Bytes/s between this rank and its memory over vectors of 64 MiB, with the present threads: the best of
/// copy, triad and update in place (after McCalpin's STREAM: what a kernel reads and writes by its formula).
double memory_bytes_per_second(at::Device device);

/// Waits for what was started on a GPU; nothing elsewhere.
void wait_for_device(at::Device device);

/// Collective. Latency and rates of messages of `length` floats among these ranks, and the memory's rate,
/// with all ranks at it at once; the defaults where there is one rank. Valid at the root. The rate of client
/// tasks depends on the algorithm and is left as it is.
cost::MachineRates measure_rates(const comm::Communicator& world, std::int64_t length);

}  // namespace fedmeta::app
