// How accuracy spreads over clients, against values worked out by hand.
#include "report/tables/fairness.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

#include "record/synthetic_results.hpp"

namespace fedmeta::report {
namespace {

TEST(Percentile, IsInterpolated) {
  const std::vector<double> values{0, 1, 2, 4};
  EXPECT_DOUBLE_EQ(percentile(values, 0), 0);
  EXPECT_DOUBLE_EQ(percentile(values, 0.5), 1.5);
  EXPECT_DOUBLE_EQ(percentile(values, 0.9), 2 + 0.7 * 2);
  EXPECT_DOUBLE_EQ(percentile(values, 1), 4);
  EXPECT_DOUBLE_EQ(percentile({3}, 0.1), 3);
}

TEST(KernelDensity, IsThatOfNormalDistributions) {
  const double peak = 1 / (2 * std::sqrt(2 * std::numbers::pi));  // of one value, with a width of 2
  const auto one = kernel_density({50}, {50, 52}, /*narrowest=*/2);
  EXPECT_NEAR(one[0], peak, 1e-12);
  EXPECT_NEAR(one[1], peak * std::exp(-0.5), 1e-12);
}

TEST(KernelDensity, SumsToOne) {
  std::vector<double> places;
  for (int step = -500; step <= 1500; ++step) places.push_back(0.1 * step);
  double sum = 0;
  for (const double density : kernel_density({20, 30, 35, 80}, places, 1)) sum += 0.1 * density;
  EXPECT_NEAR(sum, 1, 1e-6);
}

/// Two seeds of ten clients: 0, .1, ... .9 and 1 all.
TEST(FairnessTable, IsTheMeanOverSeeds) {
  Source source{"a.h5", record::head()};
  for (const int seed : {1, 2}) {
    auto run = record::run("maml", seed, std::array{0.5}, 0, 10, 8);
    run.clients.clear();
    for (std::int32_t client = 0; client < 10; ++client)
      run.clients.push_back({client, 0, seed == 1 ? 0.1 * client : 1.0, 2});
    run.clients.push_back({10, 0, std::nan(""), 2});  // of a damaged file
    source.results.runs.push_back(run);
  }
  const std::vector<Source> sources{source};
  const auto all = compare(sources);
  const ReportTable table = fairness_table(all[0]);
  ASSERT_EQ(table.rows.size(), 1u);
  const auto value = [&](const std::string& key) {
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      if (table.columns[c].key == key) return std::get<double>(table.rows[0][c]);
    ADD_FAILURE() << key;
    return 0.0;
  };
  EXPECT_EQ(value("clients"), 10);
  EXPECT_EQ(value("seeds"), 2);
  EXPECT_NEAR(value("mean"), (0.45 + 1) / 2, 1e-12);
  EXPECT_NEAR(value("variance"), 0.825 / 9 / 2, 1e-12);
  EXPECT_NEAR(value("p10"), (0.09 + 1) / 2, 1e-12);
  EXPECT_NEAR(value("p50"), (0.45 + 1) / 2, 1e-12);
  EXPECT_NEAR(value("worst_tenth"), 0.5, 1e-12);
  EXPECT_NEAR(value("best_tenth"), 0.95, 1e-12);
  EXPECT_NEAR(value("share_at_1"), 0.5, 1e-12);
}

}  // namespace
}  // namespace fedmeta::report
