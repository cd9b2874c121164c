// The mean softmax cross-entropy of each client's batch, with its first two derivatives.
#pragma once

#include <ATen/core/Tensor.h>

#include "engine/batched/group_batch.hpp"
#include "kernels/group_softmax.hpp"

namespace fedmeta::engine::batched {

/// Of a portion: its part of the clients' means.
class SoftmaxLosses {
 public:
  /// scores [G, n, classes]
  SoftmaxLosses(const at::Tensor& scores, const GroupBatch& batch);

  /// [G]
  const at::Tensor& values() const { return losses_.values; }
  /// With respect to the scores, [G, n, classes]: (softmax - one-hot) x share.
  const at::Tensor& gradient() const { return losses_.gradient; }
  /// The gradient's derivative where the scores' is rscores [G, n, classes].
  at::Tensor gradient_along(const at::Tensor& rscores) const;

 private:
  at::Tensor share_;
  const kernels::GroupSoftmax& kernels_;
  kernels::GroupLosses losses_;
};

}  // namespace fedmeta::engine::batched
