#include "learn/minibatches.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace fedmeta::learn {
namespace {

using Rows = std::vector<std::int64_t>;

/// Row i holds x = (10 i, 10 i + 1) and y = i.
Batch numbered(std::int64_t rows) {
  const auto y = at::arange(rows, at::kLong);
  return {at::stack({10 * y, 10 * y + 1}, 1).to(at::kFloat), y};
}

Rows labels(const Batch& batch) {
  const auto y = batch.y.contiguous();
  return {y.data_ptr<std::int64_t>(), y.data_ptr<std::int64_t>() + y.numel()};
}

std::vector<Rows> order(std::int64_t rows, const Passes& passes, Random* random = nullptr) {
  std::vector<Rows> order;
  for (const auto& batch : minibatches(numbered(rows), passes, random)) order.push_back(labels(batch));
  return order;
}

TEST(Minibatches, KeepTheLastSmallOne) {
  EXPECT_EQ(order(7, {1, 3, 0}), (std::vector<Rows>{{0, 1, 2}, {3, 4, 5}, {6}}));
  EXPECT_EQ(order(6, {1, 3, 0}), (std::vector<Rows>{{0, 1, 2}, {3, 4, 5}}));
}

TEST(Minibatches, OfTheWholeSet) {
  const std::vector<Rows> twice = {{0, 1, 2, 3}, {0, 1, 2, 3}};
  EXPECT_EQ(order(4, {2, 0, 0}), twice);
  EXPECT_EQ(order(4, {2, 4, 0}), twice);
  EXPECT_EQ(order(4, {2, 9, 0}), twice);
}

TEST(Minibatches, GoThroughEachEpoch) {
  EXPECT_EQ(order(3, {2, 2, 0}), (std::vector<Rows>{{0, 1}, {2}, {0, 1}, {2}}));
  EXPECT_TRUE(order(3, {0, 2, 0}).empty());
}

TEST(Minibatches, TakeExactlyTheStepsAskedFor) {
  EXPECT_EQ(order(3, {1, 2, 3}), (std::vector<Rows>{{0, 1}, {2}, {0, 1}}));
  EXPECT_EQ(order(3, {5, 2, 1}), (std::vector<Rows>{{0, 1}}));
  EXPECT_EQ(order(3, {1, 0, 2}), (std::vector<Rows>{{0, 1, 2}, {0, 1, 2}}));
}

TEST(Minibatches, AreViewsWhereTheOrderIsTheSets) {
  const auto set = numbered(4);
  const auto batches = minibatches(set, {1, 2, 0});
  EXPECT_EQ(batches[1].x.data_ptr(), set.x[2].data_ptr());
}

TEST(Minibatches, ShuffleEachEpochAnew) {
  Random random(1, "test");
  const auto batches = order(50, {2, 20, 0}, &random);
  ASSERT_EQ(batches.size(), 6U);
  Rows epochs[2];
  for (std::size_t b = 0; b < 6; ++b) {
    EXPECT_EQ(batches[b].size(), b % 3 == 2 ? 10U : 20U);
    epochs[b / 3].insert(epochs[b / 3].end(), batches[b].begin(), batches[b].end());
  }
  const Rows in_order = labels(numbered(50));
  EXPECT_NE(epochs[0], in_order);
  EXPECT_NE(epochs[0], epochs[1]);
  for (auto& epoch : epochs) {
    std::sort(epoch.begin(), epoch.end());
    EXPECT_EQ(epoch, in_order);
  }
}

TEST(Minibatches, ShuffleTheSameWayForTheSameStream) {
  Random first(1, "test", {3}), again(1, "test", {3}), other(1, "test", {4});
  const auto expected = order(50, {1, 20, 0}, &first);
  EXPECT_EQ(order(50, {1, 20, 0}, &again), expected);
  EXPECT_NE(order(50, {1, 20, 0}, &other), expected);
}

TEST(Minibatches, KeepInputsWithTheirLabels) {
  Random random(2, "test");
  for (const auto& batch : minibatches(numbered(9), {2, 4, 0}, &random)) {
    EXPECT_TRUE(at::equal(batch.x.select(1, 0), (10 * batch.y).to(at::kFloat)));
    EXPECT_TRUE(at::equal(batch.x.select(1, 1), (10 * batch.y + 1).to(at::kFloat)));
  }
}

TEST(Minibatches, HaveDropoutKeysOnlyWhereAskedFor) {
  const auto keys = [](bool with_random, bool dropout) {
    Random random(1, "test");
    std::vector<std::uint64_t> keys;
    for (const auto& batch : minibatches(numbered(5), {2, 2, 0}, with_random ? &random : nullptr, dropout))
      keys.push_back(batch.dropout);
    return keys;
  };
  EXPECT_EQ(keys(true, false), std::vector<std::uint64_t>(6, 0));
  EXPECT_EQ(keys(false, true), std::vector<std::uint64_t>(6, 0));
  auto own = keys(true, true);
  EXPECT_EQ(own, keys(true, true));
  std::sort(own.begin(), own.end());
  EXPECT_EQ(std::unique(own.begin(), own.end()), own.end());
  EXPECT_NE(own.front(), 0U);
}

TEST(Batch, KeepsItsDropoutKeyInItsRows) {
  auto batch = numbered(4);
  batch.dropout = 12;
  EXPECT_EQ(batch.rows(1, 3).dropout, 12U);
}

TEST(RowsProcessed, AreTheRowsOfTheMinibatches) {
  for (std::int64_t rows = 1; rows <= 13; ++rows)
    for (std::int64_t batch = 0; batch <= rows + 1; ++batch)
      for (std::int64_t epochs = 0; epochs <= 3; ++epochs)
        for (std::int64_t steps = 0; steps <= 7; ++steps) {
          const Passes passes{epochs, batch, steps};
          std::int64_t counted = 0;
          for (const auto& step : order(rows, passes)) counted += static_cast<std::int64_t>(step.size());
          ASSERT_EQ(rows_processed(rows, passes), counted)
              << rows << " rows, batch " << batch << ", epochs " << epochs << ", steps " << steps;
        }
}

}  // namespace
}  // namespace fedmeta::learn
