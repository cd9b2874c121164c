// Softmax cross-entropy and its first two derivatives, for engines with hand-derived passes.
#pragma once

#include <ATen/core/Tensor.h>

namespace fedmeta::kernels {

/// The part that some rows contribute to the mean loss of a batch of `batch_rows` rows.
class SoftmaxLoss {
 public:
  /// scores [n, classes], labels [n] (int64)
  SoftmaxLoss(const at::Tensor& scores, const at::Tensor& labels, std::int64_t batch_rows);

  /// Returns a scalar tensor.
  const at::Tensor& value() const { return value_; }
  /// Returns the gradient with respect to the scores, [n, classes]: (softmax - one-hot) / batch rows.
  const at::Tensor& gradient() const { return gradient_; }
  /// Returns the derivative of gradient() along a direction in which the scores change by rscores [n,
  /// classes].
  at::Tensor gradient_along(const at::Tensor& rscores) const;

 private:
  double scale_;  ///< 1 / batch rows
  at::Tensor probabilities_, value_, gradient_;
};

}  // namespace fedmeta::kernels
