#include "comm/launcher.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace fedmeta::comm {
namespace {

std::optional<int> rank_in(const std::map<std::string, std::string>& environment) {
  return launched_rank([&](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second.c_str();
  });
}

TEST(Launcher, TellsTheRank) {
  EXPECT_EQ(rank_in({{"OMPI_COMM_WORLD_RANK", "3"}, {"PMIX_RANK", "3"}}), 3);
  EXPECT_EQ(rank_in({{"PMIX_RANK", "2"}, {"SLURM_PROCID", "2"}}), 2);
  EXPECT_EQ(rank_in({{"PMI_RANK", "1"}, {"PMI_SIZE", "4"}}), 1);
  EXPECT_EQ(rank_in({{"SLURM_PROCID", "5"}, {"SLURM_STEP_ID", "0"}, {"SLURM_STEP_NUM_TASKS", "8"}}), 5);
}

TEST(Launcher, IsNotAShell) {
  EXPECT_FALSE(rank_in({}));
  // Of an sbatch script, of salloc, and of srun --pty bash.
  EXPECT_FALSE(rank_in({{"SLURM_JOB_ID", "7"}, {"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}}));
  EXPECT_FALSE(rank_in({{"SLURM_JOB_ID", "7"}, {"SLURM_NTASKS", "4"}}));
  EXPECT_FALSE(rank_in({{"SLURM_PROCID", "0"}, {"SLURM_STEP_ID", "0"}, {"SLURM_STEP_NUM_TASKS", "1"}}));
}

}  // namespace
}  // namespace fedmeta::comm
