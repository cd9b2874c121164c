#include "federate/episode.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <set>

#include "cost/formulas.hpp"
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

Protocol episodes_of(const std::string& algorithm) {
  Protocol protocol;
  protocol.algorithm = algorithm;
  protocol.inner_lr = 0.1;
  protocol.inner = {1, 0, 0};
  protocol.episode_samples = 30;
  return protocol;
}

TEST(Episodic, FlopsAreThoseOfTheEpisode) {
  EXPECT_EQ(make_algorithm(episodes_of("fedsgd"))->flops(7, 1000, 200), 3 * 7 * 30);
  EXPECT_EQ(make_algorithm(episodes_of("mixed"))->flops(7, 40, 8), 3 * 7 * 20);
  EXPECT_EQ(make_algorithm(episodes_of("maml"))->flops(7, 1000, 200), 9 * 7 * 24 + 3 * 7 * 6);
  EXPECT_EQ(make_algorithm(episodes_of("meta-sgd"))->flops(7, 40, 8), 9 * 7 * 16 + 3 * 7 * 4);
}

TEST(Episodic, ContributesWhatTheBareAlgorithmMakesOfTheEpisode) {
  at::manual_seed(2);
  const model::DenseNetwork network("nn", {5, 4, 3});
  const auto engine = learn::make_autograd_engine(network, model::plain_products());
  const data::Task task{{at::rand({50, 5}), at::randint(3, {50}, at::kLong)}, 10};
  const auto protocol = episodes_of("maml");
  auto bare = protocol;
  bare.episode_samples = 0;
  const auto phi = at::randn({network.layout().size()});
  const Random order(1, "batch order", {3, 4});
  auto draw = order;
  const auto episode = cut_episode(task, 30, draw);
  const auto direction = make_algorithm(protocol)->contribute(*engine, phi, task, order).direction;
  EXPECT_TRUE(at::equal(direction, make_algorithm(bare)->contribute(*engine, phi, episode, draw).direction));
  EXPECT_FALSE(at::equal(direction, make_algorithm(bare)->contribute(*engine, phi, task, order).direction));
}

}  // namespace
}  // namespace fedmeta::federate
