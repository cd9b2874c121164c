// Counters of energy, read from trees made by hand.
#include "metering/counter.hpp"

#include <gtest/gtest.h>

#include "metering/fake_tree.hpp"

namespace fedmeta::metering {
namespace {

using test::FakeTree;

TEST(Counters, AreNoneWhereThereAreNone) {
  const FakeTree tree;
  EXPECT_TRUE(node_counters(tree.path()).empty());
  EXPECT_TRUE(node_counters(tree.path() / "not there").empty());
  EXPECT_FALSE(joules({}).has_value());
  EXPECT_EQ(source({}), "");
}

/// Parts of a package, and `psys`, which holds all, are left out.
TEST(Counters, SumThePackagesOfANode) {
  const FakeTree tree;
  tree.rapl("0", "package-0", "1000000");
  tree.rapl("1", "package-1", "5000000");
  tree.rapl("0:0", "core", "7");
  tree.rapl("2", "psys", "7");
  const auto counters = node_counters(tree.path());
  EXPECT_EQ(source(counters), "rapl");
  EXPECT_EQ(joules(counters), 0.0);
  tree.count("0", "1500000");
  tree.count("1", "7000000");
  tree.count("0:0", "9000000");
  tree.count("2", "9000000");
  EXPECT_EQ(joules(counters), 2.5);
}

TEST(Counters, BeginAnewAtTheirLimit) {
  const FakeTree tree;
  tree.rapl("0", "package-0", "900000000", "1000000000");
  const auto counters = node_counters(tree.path());
  tree.count("0", "950000000");
  EXPECT_EQ(joules(counters), 50.0);
  tree.count("0", "20000000");  // 50 to the limit, 20 beyond
  EXPECT_EQ(joules(counters), 120.0);
  tree.count("0", "10000000");
  EXPECT_EQ(joules(counters), 1110.0);
}

/// Root alone may read them on most systems: an unreadable file here is one without a number.
TEST(Counters, OfSomePackagesAloneAreNone) {
  const FakeTree tree;
  tree.rapl("0", "package-0", "1000000");
  tree.rapl("1", "package-1", "");
  EXPECT_TRUE(node_counters(tree.path()).empty());
  tree.rapl("1", "package-1", "1000000");
  EXPECT_EQ(node_counters(tree.path()).size(), 2U);
  tree.remove("class/powercap/intel-rapl:1/max_energy_range_uj");
  EXPECT_TRUE(node_counters(tree.path()).empty());
}

/// What was used in the meantime is not known.
TEST(Counters, ThatFailedSayNothingAnyMore) {
  const FakeTree tree;
  tree.rapl("0", "package-0", "1000000");
  const auto counters = node_counters(tree.path());
  tree.remove("class/powercap/intel-rapl:0/energy_uj");
  EXPECT_FALSE(joules(counters).has_value());
  tree.count("0", "2000000");
  EXPECT_FALSE(joules(counters).has_value());
}

TEST(Counters, OfACrayAreTheWholeNodes) {
  const FakeTree tree;
  tree.rapl("0", "package-0", "1000000");
  tree.cray("1325873 J 1655125468712345 us\n");
  const auto counters = node_counters(tree.path());
  ASSERT_EQ(counters.size(), 1U);
  EXPECT_EQ(source(counters), "pm_counters");
  EXPECT_EQ(joules(counters), 1325873.0);
}

/// From the stand-in that ctest puts in NVML's place.
TEST(Counters, OfGpus) {
  const auto counters = gpu_counters({"0000:0A:00.0"});
  if (counters.empty()) GTEST_SKIP() << "SKIPPED: started without the stand-in for libnvidia-ml.so.1";
  EXPECT_EQ(source(counters), "nvml");
  const auto before = joules(counters), after = joules(counters);
  EXPECT_DOUBLE_EQ(*after - *before, 1.5);
  EXPECT_TRUE(gpu_counters({"0000:0A:00.0", "0000:0B:00.0"}).empty()) << "one of two cannot be read";
}

}  // namespace
}  // namespace fedmeta::metering
