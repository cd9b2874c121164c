#include "federate/episode.hpp"
#include "algorithms/protocol.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <set>

#include "federate/cohort.hpp"
#include "model/dense_network.hpp"

namespace fedmeta::federate {
namespace {

/// Rows that name themselves.
data::Task numbered_task(std::int64_t rows) {
  return {{at::arange(rows, at::kFloat).unsqueeze(1), at::arange(rows, at::kLong)}, rows / 4};
}

std::vector<std::int64_t> rows_of(const data::Task& task) {
  const auto y = task.all.y.contiguous();
  return {y.data_ptr<std::int64_t>(), y.data_ptr<std::int64_t>() + y.numel()};
}

TEST(EpisodeSize, IsHalfTheClientUpToTheMostAndFourFifthsSupport) {
  EXPECT_EQ(episode_size(2000, 500), (EpisodeSize{500, 400}));
  EXPECT_EQ(episode_size(1000, 500), (EpisodeSize{500, 400}));
  EXPECT_EQ(episode_size(999, 500), (EpisodeSize{499, 399}));
  EXPECT_EQ(episode_size(101, 500), (EpisodeSize{50, 40}));
  EXPECT_EQ(episode_size(5, 500), (EpisodeSize{2, 1}));
  EXPECT_EQ(episode_size(2, 500), (EpisodeSize{2, 1}));
  EXPECT_EQ(episode_size(100, 1), (EpisodeSize{2, 1}));
}

TEST(CutEpisode, KeepsDistinctRowsInTheirOrder) {
  const auto task = numbered_task(101);
  Random draw(4, "test");
  const auto episode = cut_episode(task, 30, draw);
  EXPECT_EQ(episode.support_rows, 24);
  EXPECT_EQ(episode.query().rows(), 6);
  const auto rows = rows_of(episode);
  ASSERT_EQ(rows.size(), 30U);
  for (std::size_t i = 1; i < rows.size(); ++i) EXPECT_LT(rows[i - 1], rows[i]);
  EXPECT_TRUE(at::equal(episode.all.x.squeeze(1).to(at::kLong), episode.all.y));
}

TEST(CutEpisode, DrawsEveryRowAndAnewEachTime) {
  const auto task = numbered_task(40);
  std::set<std::int64_t> seen;
  std::set<std::vector<std::int64_t>> draws;
  for (std::uint64_t round = 1; round <= 60; ++round) {
    Random draw(4, "test", {round}), again(4, "test", {round});
    const auto rows = rows_of(cut_episode(task, 500, draw));
    EXPECT_EQ(rows, rows_of(cut_episode(task, 500, again)));
    seen.insert(rows.begin(), rows.end());
    draws.insert(rows);
  }
  EXPECT_EQ(seen.size(), 40U);
  EXPECT_EQ(draws.size(), 60U);
}

/// Of one client, as the plan and the counters of a round have it.
std::int64_t flops(const std::string& algorithm, std::int32_t samples, std::int32_t support) {
  test::Protocol protocol;
  protocol.algorithm = algorithm;
  protocol.inner = {1, 0, 0};
  protocol.episode_samples = 30;
  hosting::Catalogue catalogue;
  catalogue.clients = {{"a", data::Role::train, samples, support}};
  const model::DenseNetwork network("lr", {5, 3});  // F = 2 x 5 x 3
  return make_cohort(catalogue, *test::make_algorithm(protocol), {0}, false).client_flops(network).front();
}

TEST(Episode, FlopsAreThoseOfItsSamples) {
  EXPECT_EQ(flops("fedsgd", 1000, 200), 3 * 30 * 30);
  EXPECT_EQ(flops("mixed", 40, 8), 3 * 30 * 20);
  EXPECT_EQ(flops("maml", 1000, 200), 9 * 30 * 24 + 3 * 30 * 6);
  EXPECT_EQ(flops("meta-sgd", 40, 8), 9 * 30 * 16 + 3 * 30 * 4);
}

}  // namespace
}  // namespace fedmeta::federate
