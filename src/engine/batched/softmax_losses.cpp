#include "engine/batched/softmax_losses.hpp"

namespace fedmeta::engine::batched {

SoftmaxLosses::SoftmaxLosses(const at::Tensor& scores, const GroupBatch& batch)
    : share_(batch.share),
      kernels_(kernels::group_softmax(scores)),
      losses_(kernels_.losses(scores, batch.labels, batch.share)) {}

at::Tensor SoftmaxLosses::gradient_along(const at::Tensor& rscores) const {
  return kernels_.gradient_along(losses_.probabilities, share_, rscores);
}

}  // namespace fedmeta::engine::batched
