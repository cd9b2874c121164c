// How many cores a rank may use: what the kernel, a batch system, a container and OpenMP leave it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace fedmeta::programs {

/// Numbers of cores, as the kernel counts them.
using CoreSet = std::set<std::int32_t>;

/// The cores of a mask as the kernel writes it: bit c of all words is core c.
CoreSet cores_of_mask(std::span<const unsigned long> mask);

/// The cores that this process was started with, before OpenMP bound its main thread to one of them.
CoreSet process_cores();
/// Lets the main thread run on all of them again.
void free_main_thread();

/// What a control group (a container, a job) allows: cores' worth of time, which all of its processes share.
struct Quota {
  double cores = 0;
  std::string group;  ///< names the control group on this node
};

/// The tightest quota on the way from this process's control group to the root, of version 1 or 2; nothing
/// where there is none. `root`: where proc/ and sys/ are.
std::optional<Quota> cgroup_quota(const std::filesystem::path& root = "/");

/// Threads that OpenMP's own settings allow a process: the cores of its places, and OMP_THREAD_LIMIT. Nothing
/// where they set no bound.
std::optional<int> openmp_bound();

/// What one rank may use.
struct RankCores {
  CoreSet cores;
  std::optional<Quota> quota;
  std::optional<int> openmp;
};

struct ThreadPlan {
  int threads = 1;     ///< of the rank asked for
  std::string reason;  ///< why fewer than its share of the cores; "" where they are not
};

/// Threads of the rank `mine` of a node's ranks: their cores over the ranks, and no more than its bounds.
ThreadPlan plan_threads(const std::vector<RankCores>& ranks, std::size_t mine);

/// The cores that these ranks may use, all together: a batch system or mpirun may have narrowed them, for
/// each rank alike or apart.
int count_cores(const std::vector<RankCores>& ranks);

}  // namespace fedmeta::programs
