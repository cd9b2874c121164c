// The model against closed forms.
#include "cost/round_time.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace fedmeta::cost {
namespace {

constexpr MachineRates rates{.flops_per_second = 100,
                             .latency = 0.5,
                             .broadcast_bytes_per_second = 10,
                             .reduction_bytes_per_second = 4};
constexpr RoundDemand demand{.busiest_flops = 700, .message_bytes = 20, .update_seconds = 0.25};

TEST(RoundTime, ATreeHasAsManyLevelsAsItTakesToDouble) {
  const std::vector<std::pair<int, int>> levels{{1, 0}, {2, 1}, {3, 2},  {4, 2},     {5, 3},
                                                {8, 3}, {9, 4}, {64, 6}, {4096, 12}, {4097, 13}};
  for (const auto& [ranks, expected] : levels) EXPECT_EQ(tree_levels(ranks), expected) << ranks;
}

TEST(RoundTime, OneRankOnlyComputes) {
  const auto time = predict_round(demand, rates, 1);
  EXPECT_EQ(time.broadcast, 0);
  EXPECT_EQ(time.reduce, 0);
  EXPECT_DOUBLE_EQ(time.seconds(), 7 + 0.25);
}

TEST(RoundTime, LatencyCountsByLevelAndBytesOnce) {
  for (const auto& [ranks, levels] : {std::pair(2, 1), std::pair(4, 2), std::pair(4096, 12)}) {
    const auto time = predict_round(demand, rates, ranks);
    EXPECT_DOUBLE_EQ(time.broadcast, levels * 0.5 + 20.0 / 10);
    EXPECT_DOUBLE_EQ(time.compute, 7);
    EXPECT_DOUBLE_EQ(time.reduce, levels * 0.5 + 20.0 / 4);
    EXPECT_DOUBLE_EQ(time.update, 0.25);
    EXPECT_DOUBLE_EQ(time.seconds(), time.broadcast + time.compute + time.reduce + time.update);
  }
}

// Weak scaling from 2 to 2^k ranks costs 2 (k - 1) latencies and nothing else.
TEST(RoundTime, WeakScalingLosesLatenciesAlone) {
  const double two = predict_round(demand, rates, 2).seconds();
  for (int k = 1; k <= 12; ++k)
    EXPECT_NEAR(predict_round(demand, rates, 1 << k).seconds() - two, 2 * (k - 1) * 0.5, 1e-12) << k;
}

}  // namespace
}  // namespace fedmeta::cost
