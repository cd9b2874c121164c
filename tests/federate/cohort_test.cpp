#include "federate/cohort.hpp"
#include "algorithms/protocol.hpp"

#include <gtest/gtest.h>

namespace fedmeta::federate {
namespace {

/// Four clients on two ranks of one node, all hosted by rank 0 but the last.
hosting::Catalogue catalogue() {
  hosting::Catalogue all;
  for (const std::int32_t samples : {10, 40, 20, 30}) {
    hosting::CatalogueClient client;
    client.samples = samples;
    client.support = samples / 5;
    all.clients.push_back(client);
  }
  all.clients.back().home = 1;
  all.node_of_rank = {0, 0};
  return all;
}

// FedSGD: 3F for each sample.
TEST(Cohort, KnowsWhatEachClientCostsAndTheBusiestRank) {
  test::Protocol protocol;
  protocol.algorithm = "fedsgd";
  const auto algorithm = test::make_algorithm(protocol);
  const auto at_home = make_cohort(catalogue(), *algorithm, {3, 1, 0}, false);
  EXPECT_EQ(at_home.cost, (std::vector<std::int64_t>{90, 120, 30}));
  EXPECT_EQ(at_home.ranks, (std::vector<int>{1, 0, 0}));
  EXPECT_EQ(at_home.busiest_cost(), 150);
  const auto balanced = make_cohort(catalogue(), *algorithm, {3, 1, 0}, true);
  EXPECT_EQ(balanced.busiest_cost(), 120);
  EXPECT_DOUBLE_EQ(balanced.weights[0], 30.0 / 80);
}

TEST(Cohort, OfNobodyCostsNothing) {
  test::Protocol protocol;
  protocol.algorithm = "fedsgd";
  EXPECT_EQ(make_cohort(catalogue(), *test::make_algorithm(protocol), {}, true).busiest_cost(), 0);
}

}  // namespace
}  // namespace fedmeta::federate
