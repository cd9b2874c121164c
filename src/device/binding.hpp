// The device and the threads that a rank computes with.
#pragma once

#include <string>

namespace fedmeta::device {

/// Returns the index of a rank's GPU, chosen by the rank's number on its node, or -1 for the CPU. `wanted` is
/// auto (a GPU if there is one), cpu or cuda. If there are more ranks than GPUs, ranks share them in turn.
/// Throws Error(system) for cuda without a GPU.
int bind_device(const std::string& wanted, int local_rank, int gpus);

/// Returns the number of threads of a rank: `wanted`, or for 0 the node's cores divided by its ranks, at
/// least 1.
int threads_per_rank(int wanted, int cores, int local_ranks);

}  // namespace fedmeta::device
