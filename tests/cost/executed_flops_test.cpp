#include "cost/executed_flops.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace fedmeta::cost {
namespace {

TEST(ExecutedFlops, AddUpAcrossThreads) {
  const auto before = executed_flops();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([] {
      for (int i = 0; i < 100000; ++i) count_executed_flops(3'000'000'000);  // past 32 bits
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(executed_flops() - before, 4LL * 100000 * 3'000'000'000);
}

}  // namespace
}  // namespace fedmeta::cost
