#include "programs/bench/cores.hpp"

#include <dlfcn.h>
#include <sched.h>
#include <sys/stat.h>

#include <algorithm>
#include <climits>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include "base/text.hpp"
#include "device/binding.hpp"
#include "programs/bench/before_libraries.hpp"

namespace fedmeta::programs {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t word_bits = sizeof(unsigned long) * CHAR_BIT;

std::string first_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

/// Returns the cores' worth of time in "QUOTA PERIOD" (microseconds), or nothing for "max" and -1, which mean
/// no quota.
std::optional<double> cores_of(const std::string& text) {
  std::istringstream in(text);
  double quota = 0, period = 0;
  if (in >> quota >> period && quota > 0 && period > 0) return quota / period;
  return {};
}

std::optional<double> quota_of(const fs::path& group) {
  if (const auto both = first_line(group / "cpu.max"); !both.empty()) return cores_of(both);
  return cores_of(first_line(group / "cpu.cfs_quota_us") + " " + first_line(group / "cpu.cfs_period_us"));
}

std::string name_of(const fs::path& group) {
  struct stat status {};
  stat(group.c_str(), &status);  // containers use the same path for different groups
  return group.string() + " " + std::to_string(status.st_ino);
}

/// Lowers `tightest` to the quotas of the groups from `mount`/`path` up to `mount`. In a container, the path
/// may be one outside of it, which does not exist inside; then only the mount itself counts.
void tighten(std::optional<Quota>& tightest, const fs::path& mount, const std::string& path) {
  for (fs::path below = fs::path(path).relative_path();; below = below.parent_path()) {
    const auto group = below.empty() ? mount : mount / below;
    const auto cores = quota_of(group);
    if (cores && (!tightest || *cores < tightest->cores)) tightest = Quota{*cores, name_of(group)};
    if (below.empty()) return;
  }
}

/// Returns a function of the OpenMP library that libtorch loads, or null if the library does not have it.
template <class Function>
Function openmp(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

/// Returns the cores of OpenMP's places; empty if there are no places and threads can run anywhere.
CoreSet place_cores() {
  const auto places = openmp<int (*)()>("omp_get_num_places");
  const auto size = openmp<int (*)(int)>("omp_get_place_num_procs");
  const auto numbers = openmp<void (*)(int, int*)>("omp_get_place_proc_ids");
  CoreSet cores;
  if (!places || !size || !numbers) return cores;
  for (int place = 0; place < places(); ++place) {
    std::vector<int> ids(static_cast<std::size_t>(size(place)));
    numbers(place, ids.data());
    cores.insert(ids.begin(), ids.end());
  }
  return cores;
}

}  // namespace

CoreSet cores_of_mask(std::span<const unsigned long> mask) {
  CoreSet cores;
  for (std::size_t core = 0; core < mask.size() * word_bits; ++core)
    if ((mask[core / word_bits] >> (core % word_bits) & 1UL) != 0)
      cores.insert(static_cast<std::int32_t>(core));
  return cores;
}

CoreSet process_cores() {
  return cores_of_mask(start_mask());
}

std::optional<Quota> cgroup_quota(const fs::path& root) {
  std::optional<Quota> tightest;
  const fs::path mounts = root / "sys/fs/cgroup";
  std::ifstream groups(root / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {  // "4:cpu,cpuacct:/path"; in version 2 "0::/path"
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const auto controllers = line.substr(first + 1, second - first - 1), path = line.substr(second + 1);
    if (controllers.empty()) {
      tighten(tightest, mounts, path);
      tighten(tightest, mounts / "unified", path);  // version 2 beside version 1
    } else if (("," + controllers + ",").find(",cpu,") != std::string::npos) {
      tighten(tightest, mounts / controllers, path);
      if (controllers != "cpu") tighten(tightest, mounts / "cpu", path);
    }
  }
  return tightest;
}

std::optional<int> openmp_bound() {
  int bound = std::numeric_limits<int>::max();
  if (const auto cores = place_cores(); !cores.empty()) bound = static_cast<int>(cores.size());
  if (const auto limit = openmp<int (*)()>("omp_get_thread_limit")) bound = std::min(bound, limit());
  if (bound == std::numeric_limits<int>::max()) return {};
  return bound;
}

void free_main_thread() {
  const auto mask = start_mask();
  sched_setaffinity(0, mask.size_bytes(), reinterpret_cast<const cpu_set_t*>(mask.data()));
}

int count_cores(const std::vector<RankCores>& ranks) {
  CoreSet all;
  for (const auto& rank : ranks) all.insert(rank.cores.begin(), rank.cores.end());
  return static_cast<int>(all.size());
}

ThreadPlan plan_threads(const std::vector<RankCores>& ranks, std::size_t mine) {
  const auto& me = ranks[mine];
  const int cores = count_cores(ranks), count = static_cast<int>(ranks.size());
  ThreadPlan plan{device::threads_per_rank(0, cores, count), ""};
  if (plan.threads * count < cores)
    plan.reason = std::to_string(cores) + " cores for " + std::to_string(count) + " ranks";
  const auto bound = [&](int threads, const std::string& reason) {
    if (std::max(1, threads) < plan.threads) plan = {std::max(1, threads), reason};
  };
  if (me.quota) {
    const auto sharers = std::count_if(ranks.begin(), ranks.end(), [&](const RankCores& other) {
      return other.quota && other.quota->group == me.quota->group;
    });
    // Part of a core is worth a thread: the kernel then pauses all threads for a while, not one.
    bound(static_cast<int>(std::ceil(me.quota->cores) / static_cast<double>(sharers)),
          "the control group's quota is " + fixed(me.quota->cores, 2) + " cores");
  }
  if (me.openmp)
    bound(*me.openmp,
          "OMP_PLACES, GOMP_CPU_AFFINITY or OMP_THREAD_LIMIT allow " + std::to_string(*me.openmp));
  return plan;
}

}  // namespace fedmeta::programs
