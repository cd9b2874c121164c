// How many cores a rank may use: what the kernel, a batch system, a container and OpenMP allow.
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

/// Returns the cores of a mask in the kernel's format: bit c over all words is core c.
CoreSet cores_of_mask(std::span<const unsigned long> mask);

/// Returns the cores with which this process was started, before OpenMP bound its main thread to one of them.
CoreSet process_cores();
/// Lets the main thread run on all of them again.
void free_main_thread();

/// The limit of a control group (a container, a job): cores' worth of time, shared by all of its processes.
struct Quota {
  double cores = 0;
  std::string group;  ///< identifies the control group on this node
};

/// Returns the tightest quota of the control groups, of version 1 or 2, from this process's up to the root;
/// nothing if there is none. `root` contains proc/ and sys/.
std::optional<Quota> cgroup_quota(const std::filesystem::path& root = "/");

/// Returns the number of threads to which OpenMP's own settings limit a process, by the cores of its places
/// and OMP_THREAD_LIMIT; nothing if they set no limit.
std::optional<int> openmp_bound();

/// The cores and limits of one rank.
struct RankCores {
  CoreSet cores;
  std::optional<Quota> quota;
  std::optional<int> openmp;
};

struct ThreadPlan {
  int threads = 1;     ///< of the given rank
  std::string reason;  ///< why there are fewer threads than its share of the cores, else ""
};

/// Plans the threads of rank `mine` among a node's ranks: an equal share of their cores, within the rank's
/// limits.
ThreadPlan plan_threads(const std::vector<RankCores>& ranks, std::size_t mine);

/// Returns how many cores these ranks may use together. A batch system or mpirun may have limited them for
/// all ranks alike, or for each separately.
int count_cores(const std::vector<RankCores>& ranks);

}  // namespace fedmeta::programs
