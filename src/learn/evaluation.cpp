#include "learn/evaluation.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace fedmeta::learn {

Score& Score::operator+=(const Score& other) {
  correct += other.correct;
  samples += other.samples;
  loss_sum += other.loss_sum;
  return *this;
}

Score evaluate(const Engine& engine, const at::Tensor& theta, const Batch& batch) {
  constexpr std::int64_t portion = 256;
  Score score;
  for (std::int64_t begin = 0; begin < batch.rows(); begin += portion) {
    const auto part = batch.rows(begin, std::min(begin + portion, batch.rows()));
    const auto scores = engine.scores(theta, part.x);
    const auto mean = model::cross_entropy(scores, part.y).item<double>();
    const auto correct = scores.argmax(1).eq(part.y).sum().item<std::int64_t>();
    score += {correct, part.rows(), mean * static_cast<double>(part.rows())};
  }
  return score;
}

}  // namespace fedmeta::learn
