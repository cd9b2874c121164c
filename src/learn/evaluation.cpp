#include "learn/evaluation.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace fedmeta::learn {
namespace {

at::Tensor count_top4(const at::Tensor& scores, const at::Tensor& labels) {
  const auto own = scores.gather(1, labels.unsqueeze(1));
  return scores.gt(own).sum(1).lt(4).sum();
}

/// Of scores [n, classes] against labels [n]: the mean loss, how many are right, and where asked how many
/// among the four highest, in double and still on the device.
at::Tensor counts_of(const at::Tensor& scores, const at::Tensor& labels, bool top4) {
  std::vector<at::Tensor> counts{model::cross_entropy(scores, labels), scores.argmax(1).eq(labels).sum()};
  if (top4) counts.push_back(count_top4(scores, labels));
  for (auto& count : counts) count = count.to(at::kDouble);
  return at::stack(counts);
}

Score score_of(const double* counts, std::int64_t samples, bool top4) {
  Score score{static_cast<std::int64_t>(counts[1]), samples, counts[0] * static_cast<double>(samples)};
  if (top4) score.correct_top4 = static_cast<std::int64_t>(counts[2]);
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
    std::vector<at::Tensor> counts;
    for (std::size_t i = 0; i < parts.size(); ++i)
      if (parts[i].rows() > 0) counts.push_back(counts_of(scores[i], parts[i].y, top4));
    const auto on_host = at::stack(counts).cpu();  // waits for the device, once for the whole group
    const auto* of_client = on_host.data_ptr<double>();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (parts[i].rows() == 0) continue;
      found[i] += score_of(of_client, parts[i].rows(), top4);
      of_client += on_host.size(1);
    }
  }
  return found;
}

}  // namespace fedmeta::learn
