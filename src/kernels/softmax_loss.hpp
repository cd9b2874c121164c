// Softmax cross-entropy with its first two derivatives, for engines with hand-derived passes.
#pragma once

#include <ATen/core/Tensor.h>

namespace fedmeta::kernels {

/// Of rows that belong to a batch of `batch_rows`: their part of the batch's mean loss.
class SoftmaxLoss {
 public:
  /// scores [n, classes], labels [n] (int64)
  SoftmaxLoss(const at::Tensor& scores, const at::Tensor& labels, std::int64_t batch_rows);

  /// Scalar tensor.
  const at::Tensor& value() const { return value_; }
  /// With respect to the scores, [n, classes]: (softmax - one-hot) / batch rows.
  const at::Tensor& gradient() const { return gradient_; }
  /// The gradient's derivative where the scores' is rscores [n, classes].
  at::Tensor gradient_along(const at::Tensor& rscores) const;

 private:
  double scale_;  ///< 1 / batch rows
  at::Tensor probabilities_, value_, gradient_;
};

}  // namespace fedmeta::kernels
