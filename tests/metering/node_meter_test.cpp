// Several ranks on this one node: its counters are read once.
#include "metering/node_meter.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "metering/fake_tree.hpp"

namespace fedmeta::metering {
namespace {

TEST(NodeMeter, CountsANodeOnceWhateverItsRanks) {
  const auto world = comm::Communicator::world();
  const test::FakeTree tree;  // each rank has one; that of the node's first counts
  tree.rapl("0", "package-0", "1000000");
  NodeMeter meter(world, "", tree.path());
  meter.here().begin();
  tree.count("0", "4000000");
  const auto cost = meter.end();
  // It is shorter than ten seconds.
  EXPECT_FALSE(cost.has_energy());
  EXPECT_TRUE(std::isnan(cost.joules[3]));
  EXPECT_GT(cost.seconds[3], 0);
}

/// The processors' part would be taken for all.
TEST(NodeMeter, MeasuresNothingWhereItsGpusDoNotTell) {
  const auto world = comm::Communicator::world();
  const test::FakeTree tree;
  tree.rapl("0", "package-0", "1000000");
  NodeMeter meter(world, "0000:FF:00.0", tree.path(), 0);
  meter.here().begin();
  EXPECT_FALSE(meter.end().has_energy());
}

TEST(NodeMeter, GivesTheRootTheJoulesOfAllNodes) {
  const auto world = comm::Communicator::world();
  const test::FakeTree tree;
  tree.rapl("0", "package-0", "1000000");
  NodeMeter meter(world, "", tree.path(), 0);
  meter.here().begin();
  meter.here().enter(cost::Phase::rounds);
  tree.count("0", "4000000");
  world.wait_for_all();
  const auto cost = meter.end();
  EXPECT_EQ(cost.source, "rapl");
  EXPECT_EQ(cost.joules[0], 0);
  EXPECT_EQ(cost.joules[1], 3);
  EXPECT_TRUE(std::isnan(cost.joules[2])) << "there was none";
  EXPECT_EQ(cost.joules[3], 3);
}

}  // namespace
}  // namespace fedmeta::metering
