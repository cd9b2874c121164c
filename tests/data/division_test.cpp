#include "data/divide/division.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "base/error.hpp"

namespace fedmeta::data {
namespace {

using Labels = std::vector<std::int32_t>;

Labels some_labels(int n, int classes) {
  Labels labels(n);
  for (int i = 0; i < n; ++i) labels[i] = i * i % classes;
  return labels;
}

/// p in tenths, so that the expected size is exact integer arithmetic.
int exact_support(int tenths, int n) {
  return std::clamp(tenths * n / 10, 1, n - 1);
}

TEST(DivideClient, SizesAreExactAndSetsDisjointAndComplete) {
  for (const Division division : {Division::random, Division::stratified, Division::chronological}) {
    for (const int tenths : {2, 5, 9}) {
      for (int n = 2; n <= 400; ++n) {
        const auto divided = divide_client("u", some_labels(n, 7), tenths / 10.0, division, 42);
        ASSERT_EQ(divided.support, exact_support(tenths, n)) << tenths << " " << n;
        Labels sorted = divided.order, all(n);
        std::sort(sorted.begin(), sorted.end());
        std::iota(all.begin(), all.end(), 0);
        ASSERT_EQ(sorted, all);
      }
    }
  }
}

TEST(DivideClient, DependsOnSeedAndIdAlone) {
  const Labels labels = some_labels(60, 5);
  for (const Division division : {Division::random, Division::stratified}) {
    const auto order = [&](const char* id, std::uint64_t seed) {
      return divide_client(id, labels, 0.2, division, seed).order;
    };
    const auto first = order("u", 1);
    order("v", 1);
    EXPECT_EQ(order("u", 1), first);
    EXPECT_NE(order("v", 1), first);
    EXPECT_NE(order("u", 2), first);
  }
}

TEST(DivideClient, RandomTakesEverySampleEquallyOften) {
  constexpr int n = 10, clients = 5000;
  const Labels labels(n, 0);
  std::vector<int> taken(n);
  for (int u = 0; u < clients; ++u) {
    const auto divided = divide_client(std::to_string(u), labels, 0.2, Division::random, 3);
    for (int k = 0; k < divided.support; ++k) ++taken[divided.order[k]];
  }
  // Mean 1000, standard deviation sqrt(5000 * .2 * .8) = 28.
  for (int count : taken) EXPECT_NEAR(count, 1000, 5 * 28);
}

TEST(DivideClient, ChronologicalKeepsFileOrder) {
  const auto divided = divide_client("u", some_labels(9, 3), 0.5, Division::chronological, 1);
  EXPECT_EQ(divided.order, (Labels{0, 1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(divided.support, 4);
}

TEST(DivideClient, StratifiedIsWithinOneSampleOfEachShare) {
  for (const int tenths : {2, 5, 9}) {
    for (int n = 10; n < 300; n += 7) {
      const Labels labels = some_labels(n, 23);
      const auto divided = divide_client("u", labels, tenths / 10.0, Division::stratified, 5);
      std::map<int, int> all, support;
      for (int label : labels) ++all[label];
      for (int k = 0; k < divided.support; ++k) ++support[labels[divided.order[k]]];
      for (const auto& [label, count] : all) {
        EXPECT_LT(std::abs(10 * support[label] - tenths * count), 10) << "class " << label << " of " << n;
      }
    }
  }
}

TEST(DivideClient, StratifiedIsExactWhereSharesAreWhole) {
  Labels labels;
  for (int label = 0; label < 4; ++label) labels.insert(labels.end(), 5 * (label + 1), label);
  const auto divided = divide_client("u", labels, 0.2, Division::stratified, 5);
  std::vector<int> support(4);
  for (int k = 0; k < divided.support; ++k) ++support[labels[divided.order[k]]];
  EXPECT_EQ(support, (std::vector<int>{1, 2, 3, 4}));
}

/// Where every class has one sample, which of them are adapted to is drawn by lot.
TEST(DivideClient, StratifiedBreaksTiesAtRandom) {
  Labels labels(10);
  std::iota(labels.begin(), labels.end(), 0);
  std::set<int> seen;
  for (int u = 0; u < 200; ++u) {
    seen.insert(divide_client(std::to_string(u), labels, 0.2, Division::stratified, 1).order[0]);
  }
  EXPECT_EQ(seen.size(), 10U);
}

TEST(DivideClient, RefusesASingleSample) {
  for (int n : {0, 1}) {
    try {
      divide_client("lonely", Labels(n), 0.2, Division::random, 1);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::input);
      const std::string line = error.what();
      EXPECT_NE(line.find("lonely"), std::string::npos);
      EXPECT_NE(line.find("--min-samples 2"), std::string::npos);
    }
  }
}

TEST(DivideClient, RefusesAFractionOutsideTheUnitInterval) {
  for (double p : {0.0, 1.0, -0.5, std::nan("")}) {
    try {
      divide_client("u", Labels(5), p, Division::random, 1);
      FAIL() << p;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::usage);
    }
  }
}

TEST(SplitClients, CountsAreLeafs) {
  for (int n = 3; n <= 1000; ++n) {
    const auto roles = split_clients(n, 42);
    const auto count = [&](Role role) { return std::count(roles.begin(), roles.end(), role); };
    ASSERT_EQ(static_cast<int>(roles.size()), n);
    ASSERT_EQ(count(Role::train), 8 * n / 10);
    ASSERT_EQ(count(Role::validation), n / 10);
    ASSERT_EQ(count(Role::test), n - 8 * n / 10 - n / 10);
  }
}

TEST(SplitClients, IsDeterministicAndRandom) {
  EXPECT_EQ(split_clients(100, 1), split_clients(100, 1));
  EXPECT_NE(split_clients(100, 1), split_clients(100, 2));
  std::vector<int> tested(10);
  for (int seed = 0; seed < 5000; ++seed) {
    const auto roles = split_clients(10, seed);
    for (int i = 0; i < 10; ++i) tested[i] += roles[i] == Role::test;
  }
  // One of ten each time: mean 500, standard deviation 21.
  for (int count : tested) EXPECT_NEAR(count, 500, 5 * 21);
}

TEST(SplitClients, RefusesTooFew) {
  EXPECT_THROW(split_clients(0, 1), Error);
  EXPECT_THROW(split_clients(1, 1), Error);
  EXPECT_NO_THROW(split_clients(2, 1));
}

const std::vector<std::string> ids = {"a", "b", "c", "d", "e"};
const std::vector<std::int64_t> samples = {1, 10, 20, 30, 400};
using Kept = std::vector<std::size_t>;

TEST(FilterClients, BoundsAreInclusive) {
  EXPECT_EQ(filter_clients(ids, samples, {}, 1), (Kept{0, 1, 2, 3, 4}));
  EXPECT_EQ(filter_clients(ids, samples, {.min_samples = 10}, 1), (Kept{1, 2, 3, 4}));
  EXPECT_EQ(filter_clients(ids, samples, {.min_samples = 2, .max_samples = 30}, 1), (Kept{1, 2, 3}));
}

TEST(FilterClients, MaxClientsChoosesBySeedAndId) {
  std::set<Kept> choices;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Kept kept = filter_clients(ids, samples, {.max_clients = 2}, seed);
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_LT(kept[0], kept[1]);
    choices.insert(kept);
    // Without a client that was not chosen, the choice is the same.
    const std::size_t absent = kept[0] == 0 ? (kept[1] == 1 ? 2 : 1) : 0;
    auto fewer_ids = ids;
    auto fewer_samples = samples;
    fewer_ids.erase(fewer_ids.begin() + absent);
    fewer_samples.erase(fewer_samples.begin() + absent);
    const Kept again = filter_clients(fewer_ids, fewer_samples, {.max_clients = 2}, seed);
    for (int i : {0, 1}) EXPECT_EQ(fewer_ids[again[i]], ids[kept[i]]);
  }
  EXPECT_GE(choices.size(), 9U);  // of 10
  EXPECT_EQ(filter_clients(ids, samples, {.max_clients = 9}, 1).size(), 5U);
}

TEST(FilterClients, RefusesToLeaveNone) {
  try {
    filter_clients(ids, samples, {.min_samples = 401}, 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::input);
    const std::string line = error.what();
    EXPECT_NE(line.find("--min-samples 401"), std::string::npos) << line;
    EXPECT_NE(line.find("1 to 400 samples"), std::string::npos) << line;
  }
  EXPECT_THROW(filter_clients({}, {}, {}, 1), Error);
}

/// Of samples that were drawn, the gap counts places in the file: none drawn from it is left over.
TEST(DivideClient, TheGapAfterASupportSetCountsPlaces) {
  const std::vector<std::int32_t> places{0, 9, 20, 27, 30, 31, 50};
  const auto divided = divide_client("u", Labels(7), 0.3, Division::chronological, 1, 20, places);
  EXPECT_EQ(divided.support, 2);
  EXPECT_EQ(divided.order, (std::vector<std::int32_t>{0, 1, 4, 5, 6}));  // 9 + 20 is still in the gap
  const auto all_near = divide_client("u", Labels(7), 0.3, Division::chronological, 1, 100, places);
  EXPECT_EQ(all_near.order, (std::vector<std::int32_t>{0, 1, 6}));  // one is left to test on
}

TEST(DrawShare, IsRandomInFileOrderAndEachClientsOwn) {
  const auto drawn = draw_share("u", 1000, 0.1, 42);
  ASSERT_EQ(drawn.size(), 100U);
  EXPECT_TRUE(std::is_sorted(drawn.begin(), drawn.end()));
  EXPECT_EQ(std::set<std::int32_t>(drawn.begin(), drawn.end()).size(), 100U);
  const auto in_first_half =
      std::count_if(drawn.begin(), drawn.end(), [](auto place) { return place < 500; });
  EXPECT_NEAR(static_cast<double>(in_first_half), 50, 20);  // four standard deviations
  EXPECT_EQ(draw_share("u", 1000, 0.1, 42), drawn);
  EXPECT_NE(draw_share("v", 1000, 0.1, 42), drawn);
  EXPECT_NE(draw_share("u", 1000, 0.1, 43), drawn);
}

TEST(DrawShare, LeavesEnoughToDivide) {
  EXPECT_EQ(draw_share("u", 30, 0.01, 1).size(), 2U);
  EXPECT_EQ(draw_share("u", 1, 0.01, 1), std::vector<std::int32_t>{0});
  EXPECT_TRUE(draw_share("u", 0, 0.5, 1).empty());
  EXPECT_EQ(draw_share("u", 10, 0.7, 1).size(), 7U);
  EXPECT_EQ(draw_share("u", 3, 1, 1), (std::vector<std::int32_t>{0, 1, 2}));
}

TEST(CountDropped, CountsEachFilterAlone) {
  const std::vector<std::int64_t> samples{1, 5, 10, 20, 30};
  const auto dropped = count_dropped(samples, {5, 20, 2});
  EXPECT_EQ(dropped.min_samples, 1);
  EXPECT_EQ(dropped.max_samples, 1);
  EXPECT_EQ(dropped.max_clients, 1);
  const auto none = count_dropped(samples, {});
  EXPECT_EQ(none.min_samples + none.max_samples + none.max_clients, 0);
}

}  // namespace
}  // namespace fedmeta::data
