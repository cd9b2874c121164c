#include "kernels/softmax_loss.hpp"

#include <ATen/ATen.h>

namespace fedmeta::kernels {

SoftmaxLoss::SoftmaxLoss(const at::Tensor& scores, const at::Tensor& labels, std::int64_t batch_rows)
    : scale_(1 / static_cast<double>(batch_rows)) {
  const auto places = labels.view({-1, 1});
  const auto logs = at::log_softmax(scores, 1);
  probabilities_ = logs.exp();
  value_ = logs.gather(1, places).sum().mul_(-scale_);
  gradient_ = probabilities_.clone();
  gradient_.scatter_add_(1, places, at::full(places.sizes(), -1.0, gradient_.options()));
  gradient_.mul_(scale_);
}

at::Tensor SoftmaxLoss::gradient_along(const at::Tensor& rscores) const {
  const auto weighted = probabilities_ * rscores;
  return (weighted - probabilities_ * weighted.sum(1, true)).mul_(scale_);
}

}  // namespace fedmeta::kernels
