#include "federate/sampling.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace fedmeta::federate {
namespace {

std::vector<std::int32_t> candidates(std::int32_t count) {
  std::vector<std::int32_t> all;
  for (std::int32_t i = 0; i < count; ++i) all.push_back(100 + 3 * i);
  return all;
}

TEST(Sampling, DrawsWithoutReplacementFromTheCandidates) {
  const auto all = candidates(20);
  const std::set<std::int32_t> known(all.begin(), all.end());
  for (std::int64_t round = 1; round <= 50; ++round) {
    const auto drawn = sample_clients(all, 7, 1, round);
    const std::set<std::int32_t> distinct(drawn.begin(), drawn.end());
    EXPECT_EQ(drawn.size(), 7U);
    EXPECT_EQ(distinct.size(), 7U);
    EXPECT_TRUE(std::includes(known.begin(), known.end(), distinct.begin(), distinct.end()));
  }
}

TEST(Sampling, AllOfThemWhereAllAreWanted) {
  auto drawn = sample_clients(candidates(9), 9, 1, 1);
  std::sort(drawn.begin(), drawn.end());
  EXPECT_EQ(drawn, candidates(9));
}

// Each of 20 clients is drawn Binomial(4000, 1/4) times: mean 1000, deviation 27. Summed, the squares of the
// deviations follow a chi-square law of 19 degrees of freedom times (1 - 1/4) * 20/19; 43.8 is its 99.9%
// point. The seed is fixed: this passes always or never.
TEST(Sampling, IsUniform) {
  std::map<std::int32_t, int> times;
  constexpr int rounds = 4000;
  for (int round = 1; round <= rounds; ++round)
    for (const auto client : sample_clients(candidates(20), 5, 42, round)) ++times[client];
  double chi_square = 0;
  const double expected = rounds * 5 / 20.0;
  for (const auto client : candidates(20)) {
    const double deviation = times[client] - expected;
    chi_square += deviation * deviation / expected;
  }
  EXPECT_LT(chi_square, 43.8 * 0.75 * 20 / 19);
  EXPECT_GT(chi_square, 1.0) << "too even to be random";
}

TEST(Sampling, DependsOnSeedAndRound) {
  const auto drawn = sample_clients(candidates(30), 10, 1, 1);
  EXPECT_EQ(sample_clients(candidates(30), 10, 1, 1), drawn);
  EXPECT_NE(sample_clients(candidates(30), 10, 1, 2), drawn);
  EXPECT_NE(sample_clients(candidates(30), 10, 2, 1), drawn);
}

TEST(Sampling, ASmallerCohortIsTheBeginningOfALargerOne) {
  const auto four = sample_clients(candidates(30), 4, 1, 1);
  const auto ten = sample_clients(candidates(30), 10, 1, 1);
  EXPECT_TRUE(std::equal(four.begin(), four.end(), ten.begin()));
}

std::vector<std::int64_t> loads(const std::vector<std::int64_t>& cost, const std::vector<int>& place,
                                std::size_t ranks) {
  std::vector<std::int64_t> load(ranks, 0);
  for (std::size_t i = 0; i < cost.size(); ++i) load[static_cast<std::size_t>(place[i])] += cost[i];
  return load;
}

TEST(Placement, TheCostliestGoFirstToTheLeastLoaded) {
  const std::vector<std::int64_t> cost{3, 8, 5, 1, 7};
  const std::vector<int> home(5, 0);
  // 8 -> rank 0, 7 -> 1, 5 -> 1 would be 12: rank 0 has 8, rank 1 has 7 -> 5 to 1; 3 to 0 (8 < 12); 1 to 0.
  EXPECT_EQ(place_clients(cost, home, {0, 0}, true), (std::vector<int>{0, 0, 1, 0, 1}));
}

// Graham 1969: longest first is within 4/3 of the optimum, and so of (total / ranks, largest).
TEST(Placement, IsBalanced) {
  std::vector<std::int64_t> cost;
  for (std::int64_t i = 0; i < 40; ++i) cost.push_back(50 + i * 37 % 101);
  const auto total = std::accumulate(cost.begin(), cost.end(), std::int64_t{0});
  for (std::size_t ranks = 1; ranks <= 8; ++ranks) {
    const auto place = place_clients(cost, std::vector<int>(40, 0), std::vector<int>(ranks, 0), true);
    const auto load = loads(cost, place, ranks);
    const auto mean = static_cast<double>(total) / static_cast<double>(ranks);
    EXPECT_LE(static_cast<double>(*std::max_element(load.begin(), load.end())), 1.1 * mean);
  }
}

TEST(Placement, TiesGoToTheFirstOfEach) {
  EXPECT_EQ(place_clients({5, 5, 5, 5, 5}, {2, 1, 0, 1, 2}, {0, 0, 0}, true),
            (std::vector<int>{0, 1, 2, 0, 1}));
}

TEST(Placement, NoClientLeavesItsNode) {
  const std::vector<int> node_of_rank{0, 0, 2, 2, 2, 5};
  const std::vector<int> home{5, 2, 0, 4, 5, 3, 1, 1, 5, 2};
  const std::vector<std::int64_t> cost{900, 4, 7, 1, 800, 6, 2, 3, 700, 5};
  const auto place = place_clients(cost, home, node_of_rank, true);
  std::set<int> used;
  for (std::size_t i = 0; i < place.size(); ++i) {
    EXPECT_EQ(node_of_rank[static_cast<std::size_t>(place[i])],
              node_of_rank[static_cast<std::size_t>(home[i])]);
    used.insert(place[i]);
  }
  EXPECT_EQ(used.size(), 6U) << "within a node all ranks work";
}

TEST(Placement, FewerClientsThanRanksGoToDifferentRanks) {
  EXPECT_EQ(place_clients({1, 9}, {3, 3}, {0, 0, 0, 0}, true), (std::vector<int>{1, 0}));
  EXPECT_TRUE(place_clients({}, {}, {0, 0}, true).empty());
}

TEST(Placement, AtHomeNobodyMoves) {
  const std::vector<int> home{3, 3, 3, 0};
  EXPECT_EQ(place_clients({1, 2, 3, 4}, home, {0, 0, 0, 0}, false), home);
}

}  // namespace
}  // namespace fedmeta::federate
