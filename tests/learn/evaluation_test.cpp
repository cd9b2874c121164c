#include "learn/evaluation.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "learn/one_client.hpp"

namespace fedmeta::learn {
namespace {

/// Its scores are the inputs times theta's one number.
class IdentityEngine final : public engine::ClientEngine {
 protected:
  std::unique_ptr<engine::BatchLoss> client_loss(const at::Tensor&, const Batch&) const override {
    throw std::logic_error("unused");
  }
  at::Tensor client_scores(const at::Tensor& theta, const at::Tensor& x) const override {
    largest_portion = std::max(largest_portion, x.size(0));
    return x * theta;
  }

 public:
  mutable std::int64_t largest_portion = 0;
};

TEST(Evaluate, CountsAndSumsByHand) {
  const double ln3 = std::log(3.0);
  const Batch batch{at::tensor({0.0, ln3, ln3, 0.0, 0.0, ln3}, at::kDouble).view({3, 2}),
                    at::tensor({1, 1, 1}, at::kLong)};
  // Probabilities of class 1: 3/4, 1/4, 3/4.
  const auto score = evaluate(IdentityEngine(), at::ones({1}, at::kDouble), batch);
  EXPECT_EQ(score.correct, 2);
  EXPECT_EQ(score.samples, 3);
  EXPECT_NEAR(score.loss_sum, 2 * std::log(4.0 / 3) + std::log(4.0), 1e-14);
}

TEST(Evaluate, GoesThroughAllPortions) {
  constexpr std::int64_t rows = 256 + 256 + 88, classes = 5;
  at::manual_seed(10);
  const Batch batch{at::randn({rows, classes}, at::kDouble), at::randint(classes, {rows}, at::kLong)};
  std::int64_t correct = 0;
  double loss = 0;
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto label = batch.y[i].item<std::int64_t>();
    double sum = 0, own = 0, best = -1e9;
    for (std::int64_t c = 0; c < classes; ++c) {
      const double score = 2 * batch.x[i][c].item<double>();
      sum += std::exp(score);
      best = std::max(best, score);
      if (c == label) own = score;
    }
    correct += own == best;
    loss += std::log(sum) - own;
  }
  const IdentityEngine engine;
  const auto score = evaluate(engine, at::full({1}, 2.0, at::kDouble), batch);
  EXPECT_EQ(score.correct, correct);
  EXPECT_EQ(score.samples, rows);
  EXPECT_NEAR(score.loss_sum, loss, 1e-9);
  EXPECT_LE(engine.largest_portion, 256);
}

TEST(Evaluate, OfNoSamplesIsZero) {
  const Batch none{at::zeros({0, 2}), at::zeros({0}, at::kLong)};
  const auto score = evaluate(IdentityEngine(), at::ones({1}), none);
  EXPECT_EQ(score.samples, 0);
  EXPECT_EQ(score.loss_sum, 0);
}

TEST(Score, AddsUp) {
  Score score{1, 2, 3.5};
  score += {10, 20, 30.25};
  EXPECT_EQ(score.correct, 11);
  EXPECT_EQ(score.samples, 22);
  EXPECT_EQ(score.loss_sum, 33.75);
}

}  // namespace
}  // namespace fedmeta::learn
