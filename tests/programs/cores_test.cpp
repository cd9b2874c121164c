#include "programs/bench/cores.hpp"

#include <gtest/gtest.h>
#include <sched.h>

#include <array>

#include "data/temporary_folder.hpp"

namespace fedmeta::programs {
namespace {

using test::TemporaryFolder;

TEST(Cores, AreTheBitsOfTheMask) {
  EXPECT_EQ(cores_of_mask(std::array{0b1011UL}), (CoreSet{0, 1, 3}));
  EXPECT_EQ(cores_of_mask(std::array{0UL, 1UL}), (CoreSet{64}));
}

TEST(Cores, GoBeyond1024) {
  std::array<unsigned long, 32> mask{};
  mask.fill(~0UL);
  EXPECT_EQ(cores_of_mask(mask).size(), 2048U);
}

TEST(Cores, OfThisProcessAreThoseOfItsStart) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  const auto cores = process_cores();
  EXPECT_GE(static_cast<int>(cores.size()), CPU_COUNT(&before));
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(*cores.begin(), &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_EQ(process_cores(), cores);
  free_main_thread();
  cpu_set_t after;
  ASSERT_EQ(sched_getaffinity(0, sizeof after, &after), 0);
  EXPECT_EQ(CPU_COUNT(&after), static_cast<int>(cores.size()));
}

/// The quota with these files below a root: paths and their text.
double quota(const std::vector<std::pair<std::string, std::string>>& files) {
  const TemporaryFolder root;
  for (const auto& [name, text] : files) {
    std::filesystem::create_directories((root.path() / name).parent_path());
    root.write(name, text);
  }
  const auto found = cgroup_quota(root.path());
  return found ? found->cores : 0;
}

TEST(Quota, OfVersion2IsTheTightestOnTheWayUp) {
  const std::pair<std::string, std::string> self{"proc/self/cgroup", "0::/job/step\n"};
  EXPECT_EQ(quota({self}), 0);
  EXPECT_EQ(quota({self, {"sys/fs/cgroup/job/step/cpu.max", "max 100000\n"}}), 0);
  EXPECT_EQ(quota({self,
                   {"sys/fs/cgroup/job/step/cpu.max", "400000 100000\n"},
                   {"sys/fs/cgroup/job/cpu.max", "150000 100000\n"}}),
            1.5);
  // Docker shows a container its own group as the root.
  EXPECT_EQ(quota({{"proc/self/cgroup", "0::/\n"}, {"sys/fs/cgroup/cpu.max", "200000 100000\n"}}), 2);
}

TEST(Quota, OfVersion1IsThatOfItsCpuController) {
  const std::pair<std::string, std::string> self{"proc/self/cgroup",
                                                 "5:memory:/job\n4:cpu,cpuacct:/job\n3:cpuset:/job\n"};
  const auto with = [&](const std::string& folder, const std::string& microseconds) {
    return quota({self,
                  {"sys/fs/cgroup/" + folder + "/cpu.cfs_quota_us", microseconds},
                  {"sys/fs/cgroup/" + folder + "/cpu.cfs_period_us", "100000\n"}});
  };
  EXPECT_EQ(with("cpu,cpuacct/job", "300000\n"), 3);
  EXPECT_EQ(with("cpu/job", "300000\n"), 3);
  EXPECT_EQ(with("cpu,cpuacct", "300000\n"), 3) << "the path outside a container";
  EXPECT_EQ(with("cpu,cpuacct/job", "-1\n"), 0);
  EXPECT_EQ(with("memory/job", "300000\n"), 0);
}

std::vector<RankCores> ranks(int count, int cores) {
  RankCores rank;
  for (int core = 0; core < cores; ++core) rank.cores.insert(core);
  return std::vector<RankCores>(static_cast<std::size_t>(count), rank);
}

TEST(ThreadPlan, SharesTheCores) {
  EXPECT_EQ(plan_threads(ranks(4, 16), 0).threads, 4);
  EXPECT_EQ(plan_threads(ranks(4, 16), 0).reason, "");
  EXPECT_EQ(plan_threads(ranks(4, 2), 0).threads, 1);
  EXPECT_EQ(plan_threads(ranks(1, 4096), 0).threads, 4096);
  EXPECT_EQ(plan_threads(ranks(3, 16), 0).threads, 5);
  EXPECT_EQ(plan_threads(ranks(3, 16), 0).reason, "16 cores for 3 ranks");
}

TEST(ThreadPlan, CountsCoresOfRanksThatAreBoundApart) {
  auto bound = ranks(2, 4);
  bound[1].cores = {4, 5, 6, 7};
  EXPECT_EQ(count_cores(bound), 8);
  EXPECT_EQ(plan_threads(bound, 1).threads, 4);
}

TEST(ThreadPlan, KeepsTheQuotaOfTheRanksInAGroup) {
  auto node = ranks(2, 16);
  for (auto& rank : node) rank.quota = Quota{4, "container"};
  EXPECT_EQ(plan_threads(node, 0).threads, 2);
  EXPECT_NE(plan_threads(node, 0).reason.find("quota"), std::string::npos);
  node[1].quota->group = "another";
  EXPECT_EQ(plan_threads(node, 0).threads, 4);
  auto alone = ranks(1, 16);
  alone[0].quota = Quota{1.5, "container"};
  EXPECT_EQ(plan_threads(alone, 0).threads, 2);
  alone[0].quota = Quota{0.2, "container"};
  EXPECT_EQ(plan_threads(alone, 0).threads, 1);
  alone[0].quota = Quota{64, "container"};
  EXPECT_EQ(plan_threads(alone, 0).threads, 16);
  EXPECT_EQ(plan_threads(alone, 0).reason, "");
}

TEST(ThreadPlan, KeepsWhatOpenMpAllows) {
  auto node = ranks(1, 16);
  node[0].openmp = 3;
  EXPECT_EQ(plan_threads(node, 0).threads, 3);
  EXPECT_NE(plan_threads(node, 0).reason.find("OMP_PLACES"), std::string::npos);
}

}  // namespace
}  // namespace fedmeta::programs
