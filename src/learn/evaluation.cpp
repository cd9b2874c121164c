#include "learn/evaluation.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace fedmeta::learn {
namespace {

std::int64_t count_top4(const at::Tensor& scores, const at::Tensor& labels) {
  const auto own = scores.gather(1, labels.unsqueeze(1));
  return scores.gt(own).sum(1).lt(4).sum().item<std::int64_t>();
}

/// Scores [n, classes] against labels [n].
Score score_of(const at::Tensor& scores, const at::Tensor& labels, bool top4) {
  const auto mean = model::cross_entropy(scores, labels).item<double>();
  Score score{scores.argmax(1).eq(labels).sum().item<std::int64_t>(), labels.size(0),
              mean * static_cast<double>(labels.size(0))};
  if (top4) score.correct_top4 = count_top4(scores, labels);
  return score;
}

}  // namespace

Score& Score::operator+=(const Score& other) {
  correct += other.correct;
  samples += other.samples;
  loss_sum += other.loss_sum;
  if (other.correct_top4) correct_top4 = correct_top4.value_or(0) + *other.correct_top4;
  return *this;
}

std::vector<Score> evaluate(const Engine& engine, const at::Tensor& thetas, const Batches& batches,
                            bool top4) {
  std::int64_t most = 0;
  for (const auto& batch : batches) most = std::max(most, batch.rows());
  std::vector<Score> found(batches.size());
  constexpr std::int64_t portion = 256;
  for (std::int64_t begin = 0; begin < most; begin += portion) {
    Batches parts;
    for (const auto& batch : batches)
      parts.push_back(begin < batch.rows() ? batch.rows(begin, std::min(begin + portion, batch.rows()))
                                           : Batch());
    const auto scores = engine.scores(thetas, parts);
    for (std::size_t i = 0; i < parts.size(); ++i)
      if (parts[i].rows() > 0) found[i] += score_of(scores[i], parts[i].y, top4);
  }
  return found;
}

}  // namespace fedmeta::learn
