#include "engine/batched/softmax_losses.hpp"

#include <ATen/ATen.h>

namespace fedmeta::engine::batched {

SoftmaxLosses::SoftmaxLosses(const at::Tensor& scores, const GroupBatch& batch) : share_(batch.share) {
  const auto logs = at::log_softmax(scores, 2);
  probabilities_ = logs.exp();
  values_ = (logs.gather(2, batch.labels) * share_).sum({1, 2}).neg_();
  gradient_ = probabilities_ * share_;
  gradient_.scatter_add_(2, batch.labels, -share_);
}

at::Tensor SoftmaxLosses::gradient_along(const at::Tensor& rscores) const {
  const auto weighted = probabilities_ * rscores;
  return (weighted - probabilities_ * weighted.sum(2, true)).mul_(share_);
}

}  // namespace fedmeta::engine::batched
