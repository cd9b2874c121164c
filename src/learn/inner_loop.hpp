// A client's adaptation: gradient steps on its support set, theta_{k+1} = theta_k - alpha o g_k.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

namespace fedmeta::learn {

/// alpha: one number (MAML), or one for each parameter (Meta-SGD).
class InnerRate {
 public:
  explicit InnerRate(double scalar) : scalar_(scalar) {}
  explicit InnerRate(at::Tensor per_parameter) : vector_(std::move(per_parameter)) {}

  /// The number, where it is one.
  std::optional<double> scalar() const;
  /// theta - alpha o g
  at::Tensor step(const at::Tensor& theta, const at::Tensor& g) const;
  /// alpha o v
  at::Tensor scale(const at::Tensor& v) const;

 private:
  double scalar_ = 0;
  at::Tensor vector_;
};

/// What of the way back through the inner loop a meta-gradient takes in.
enum class Order {
  first,  ///< nothing: the adapted parameters' gradient
  exact   ///< all of it, with Hessians
};

/// What a client sends to the server.
struct Contribution {
  at::Tensor direction;  ///< to descend; [P]; Meta-SGD: [2P], theta's then alpha's
  at::Tensor loss;       ///< scalar tensor: query loss of the adapted parameters, or training loss
};

}  // namespace fedmeta::learn
