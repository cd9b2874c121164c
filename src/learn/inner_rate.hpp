// The rate of a client's adaptation, theta_{k+1} = theta_k - alpha o g_k.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "learn/factored_vectors.hpp"

namespace fedmeta::learn {

/// alpha: one number (MAML), or one for each parameter (Meta-SGD). All tensors are [P], or [G, P] for a
/// group.
class InnerRate {
 public:
  explicit InnerRate(double scalar) : scalar_(scalar) {}
  explicit InnerRate(at::Tensor per_parameter) : vector_(std::move(per_parameter)) {}

  /// Returns the number if alpha is a single one.
  std::optional<double> scalar() const;
  /// Returns theta - alpha o g.
  at::Tensor step(const at::Tensor& theta, const at::Tensor& g) const;
  at::Tensor step(const at::Tensor& theta, const FactoredVectors& g) const;
  /// Returns alpha o v.
  at::Tensor scale(const at::Tensor& v) const;

 private:
  double scalar_ = 0;
  at::Tensor vector_;
};

}  // namespace fedmeta::learn
