#include "device/binding.hpp"

#include <gtest/gtest.h>

#include <map>

#include "base/error.hpp"

namespace fedmeta::device {
namespace {

constexpr int cpu = -1;

TEST(DeviceBinding, CpuIsTheCpuWhateverGpusThereAre) {
  for (const int gpus : {0, 1, 2, 4, 8})
    for (int rank = 0; rank < 9; ++rank) EXPECT_EQ(bind_device("cpu", rank, gpus), cpu);
}

TEST(DeviceBinding, AutoTakesTheCpuWhereThereIsNoGpu) {
  for (int rank = 0; rank < 4; ++rank) EXPECT_EQ(bind_device("auto", rank, 0), cpu);
}

TEST(DeviceBinding, CudaWithoutGpuSaysWhatToDo) {
  try {
    bind_device("cuda", 0, 0);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::system);
    EXPECT_NE(std::string(error.what()).find("--device cpu"), std::string::npos) << error.what();
  }
}

TEST(DeviceBinding, RanksTakeTheGpusInTurn) {
  for (const auto* wanted : {"auto", "cuda"}) {
    EXPECT_EQ(bind_device(wanted, 3, 1), 0);
    EXPECT_EQ(bind_device(wanted, 0, 2), 0);
    EXPECT_EQ(bind_device(wanted, 1, 2), 1);
    EXPECT_EQ(bind_device(wanted, 2, 2), 0);
    EXPECT_EQ(bind_device(wanted, 3, 8), 3);
  }
}

TEST(DeviceBinding, NoGpuIdlesWhileAnotherIsShared) {
  for (const int gpus : {1, 2, 4, 8})
    for (int ranks = 1; ranks <= 17; ++ranks) {
      std::map<int, int> ranks_on;
      for (int rank = 0; rank < ranks; ++rank) ++ranks_on[bind_device("auto", rank, gpus)];
      for (int gpu = 0; gpu < gpus; ++gpu) {
        EXPECT_GE(ranks_on[gpu], ranks / gpus) << ranks << " ranks, GPU " << gpu << " of " << gpus;
        EXPECT_LE(ranks_on[gpu], (ranks + gpus - 1) / gpus);
      }
      EXPECT_EQ(ranks_on.size(), static_cast<std::size_t>(gpus)) << "an index beyond the GPUs";
    }
}

TEST(Threads, TheUsersNumberWins) {
  EXPECT_EQ(threads_per_rank(3, 16, 4), 3);
  EXPECT_EQ(threads_per_rank(8, 2, 4), 8);
}

TEST(Threads, OtherwiseTheRanksShareTheCores) {
  EXPECT_EQ(threads_per_rank(0, 16, 1), 16);
  EXPECT_EQ(threads_per_rank(0, 16, 4), 4);
  EXPECT_EQ(threads_per_rank(0, 16, 3), 5);
  EXPECT_EQ(threads_per_rank(0, 2, 4), 1);
}

}  // namespace
}  // namespace fedmeta::device
