#include "base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

namespace fedmeta {
namespace {

TEST(Random, StreamsAreNamed) {
  const auto first = [](std::uint64_t seed, const char* purpose, std::initializer_list<std::uint64_t> keys) {
    return Random(seed, purpose, keys).bits();
  };
  EXPECT_EQ(first(1, "roles", {2, 3}), first(1, "roles", {2, 3}));
  const std::set<std::uint64_t> distinct = {first(1, "roles", {2, 3}),    first(2, "roles", {2, 3}),
                                            first(1, "sampling", {2, 3}), first(1, "roles", {3, 2}),
                                            first(1, "roles", {2}),       first(1, "roles", {}),
                                            first(1, "roles", {2, 3, 0})};
  EXPECT_EQ(distinct.size(), 7U);
}

TEST(Random, HashIsFnv1a) {
  EXPECT_EQ(hash(""), 0xcbf29ce484222325ULL);
  EXPECT_EQ(hash("a"), 0xaf63dc4c8601ec8cULL);  // published test vectors of FNV-1a
  EXPECT_EQ(hash("foobar"), 0x85944171f73967e8ULL);
}

TEST(Random, UniformHasItsMoments) {
  Random random(1, "test");
  constexpr int n = 100000;
  double sum = 0, squares = 0;
  for (int i = 0; i < n; ++i) {
    const double u = random.uniform();
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    sum += u;
    squares += u * u;
  }
  EXPECT_NEAR(sum / n, 1.0 / 2, 5 * std::sqrt(1.0 / 12 / n));
  EXPECT_NEAR(squares / n, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / n));
}

TEST(Random, NormalHasItsMoments) {
  Random random(2, "test");
  constexpr int n = 100000;
  double sum = 0, squares = 0;
  for (int i = 0; i < n; ++i) {
    const double z = random.normal();
    sum += z;
    squares += z * z;
  }
  EXPECT_NEAR(sum / n, 0.0, 5 * std::sqrt(1.0 / n));
  EXPECT_NEAR(squares / n, 1.0, 5 * std::sqrt(2.0 / n));
}

TEST(Random, BelowIsUniform) {
  Random random(3, "test");
  std::vector<int> counts(6);
  for (int i = 0; i < 60000; ++i) ++counts.at(random.below(6));
  for (int count : counts) EXPECT_NEAR(count, 10000, 5 * std::sqrt(60000 * 5.0 / 36));
  EXPECT_EQ(random.below(1), 0U);
}

TEST(Random, ShuffleReachesEveryOrderEquallyOften) {
  Random random(4, "test");
  std::map<std::vector<int>, int> counts;
  for (int i = 0; i < 24000; ++i) {
    std::vector<int> items = {1, 2, 3, 4};
    shuffle(items, random);
    ++counts[items];
  }
  EXPECT_EQ(counts.size(), 24U);
  for (const auto& [order, count] : counts) EXPECT_NEAR(count, 1000, 5 * std::sqrt(1000.0));
}

}  // namespace
}  // namespace fedmeta
