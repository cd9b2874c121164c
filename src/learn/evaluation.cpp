#include "learn/evaluation.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace fedmeta::learn {
namespace {

std::int64_t count_top4(const at::Tensor& scores, const at::Tensor& labels) {
  const auto own = scores.gather(1, labels.unsqueeze(1));
  return scores.gt(own).sum(1).lt(4).sum().item<std::int64_t>();
}

}  // namespace

Score& Score::operator+=(const Score& other) {
  correct += other.correct;
  samples += other.samples;
  loss_sum += other.loss_sum;
  if (other.correct_top4) correct_top4 = correct_top4.value_or(0) + *other.correct_top4;
  return *this;
}

Score evaluate(const Engine& engine, const at::Tensor& theta, const Batch& batch, bool top4) {
  constexpr std::int64_t portion = 256;
  Score score;
  for (std::int64_t begin = 0; begin < batch.rows(); begin += portion) {
    const auto part = batch.rows(begin, std::min(begin + portion, batch.rows()));
    const auto scores = engine.scores(theta, part.x);
    const auto mean = model::cross_entropy(scores, part.y).item<double>();
    const auto correct = scores.argmax(1).eq(part.y).sum().item<std::int64_t>();
    score += {correct, part.rows(), mean * static_cast<double>(part.rows())};
    if (top4) score.correct_top4 = score.correct_top4.value_or(0) + count_top4(scores, part.y);
  }
  return score;
}

}  // namespace fedmeta::learn
