// Top-4 accuracy against a ranking by hand, and long training against one list of batches.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/autograd_engine.hpp"
#include "learn/evaluation.hpp"
#include "learn/local_training.hpp"
#include "learn/problems.hpp"

namespace fedmeta::learn {
namespace {

/// Whether `label` comes among the first four of the classes sorted by score.
bool among_four(std::vector<double> scores, std::int64_t label) {
  const double own = scores[static_cast<std::size_t>(label)];
  std::sort(scores.begin(), scores.end(), std::greater<>());
  return std::find(scores.begin(), scores.begin() + 4, own) != scores.begin() + 4;
}

class Top4 : public testing::Test {
 protected:
  static constexpr std::int64_t rows = 256 + 44, classes = 9;

  Top4()
      : network_("lr", {6, classes}),
        engine_(engine::make_autograd_engine(network_, model::plain_products())) {
    at::manual_seed(3);
    theta_ = at::randn({network_.layout().size()}, at::kDouble);
    batch_ = random_batch(rows, 6, classes, at::kDouble);
  }

  model::DenseNetwork network_;
  std::unique_ptr<Engine> engine_;
  at::Tensor theta_;
  Batch batch_;
};

TEST_F(Top4, IsThatOfSortedScores) {
  const auto scores = learn::scores(*engine_, theta_, batch_.x).contiguous();
  std::int64_t expected = 0;
  for (std::int64_t i = 0; i < rows; ++i) {
    const double* begin = scores.data_ptr<double>() + i * classes;
    expected += among_four({begin, begin + classes}, batch_.y[i].item<std::int64_t>());
  }
  const auto score = evaluate(*engine_, theta_, batch_, true);
  ASSERT_TRUE(score.correct_top4.has_value());
  EXPECT_EQ(*score.correct_top4, expected);
  EXPECT_GT(expected, score.correct);
  EXPECT_LT(expected, rows);
}

TEST_F(Top4, IsCountedOnlyWhereAsked) {
  const auto without = evaluate(*engine_, theta_, batch_), with = evaluate(*engine_, theta_, batch_, true);
  EXPECT_FALSE(without.correct_top4.has_value());
  EXPECT_EQ(without.correct, with.correct);
  EXPECT_EQ(without.loss_sum, with.loss_sum);
}

TEST_F(Top4, OfFewerClassesIsAll) {
  const model::DenseNetwork three("lr", {6, 3});
  const auto engine = engine::make_autograd_engine(three, model::plain_products());
  const auto batch = random_batch(20, 6, 3, at::kDouble);
  const auto theta = at::randn({three.layout().size()}, at::kDouble);
  EXPECT_EQ(evaluate(*engine, theta, batch, true).correct_top4, 20);
}

TEST_F(Top4, AddsUpWhereThereAreCounts) {
  Score sum;
  sum += Score{1, 5, 0.5, 3};
  EXPECT_EQ(sum.correct_top4, 3);
  sum += Score{2, 5, 0.5, 4};
  EXPECT_EQ(sum.correct_top4, 7);
}

// 20 rows in batches of 8: epochs of three steps.
TEST_F(Top4, TrainingEpochByEpochIsThatOverAllBatches) {
  const auto set = batch_.rows(0, 20);
  for (const Passes passes :
       {Passes{3, 8, 0}, Passes{1, 8, 7}, Passes{1, 8, 2}, Passes{1, 0, 5}, Passes{1, 500, 4}}) {
    Random order(1, "test"), again(1, "test");
    const auto first = make_adam(0.05), second = make_adam(0.05);
    const auto whole = train_locally(*engine_, theta_, minibatches(set, passes, &order), *first);
    const auto split = train_locally(*engine_, theta_, Batches{set}, passes, *second, {again});
    EXPECT_TRUE(at::equal(split.thetas[0], whole.direction))
        << passes.epochs << " " << passes.batch << " " << passes.steps;
    EXPECT_NEAR(split.losses[0].item<double>(), whole.loss.item<double>(), 1e-12);
  }
}

}  // namespace
}  // namespace fedmeta::learn
