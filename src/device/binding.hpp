// Which device a rank computes on.
#pragma once

#include <string>

namespace fedmeta::device {

/// Index of the GPU of a rank, by its number among the ranks of its node; -1 = CPU.
/// `wanted`: auto (GPU where there is one), cpu, cuda. Ranks beyond the GPUs share them in turn.
/// Throws Error(system) for cuda without a GPU.
int bind_device(const std::string& wanted, int local_rank, int gpus);

/// Threads of a rank: `wanted`, or for 0 the node's cores over the ranks on it, at least 1.
int threads_per_rank(int wanted, int cores, int local_ranks);

}  // namespace fedmeta::device
