// A client's adaptation: gradient steps on its support set, theta_{k+1} = theta_k - alpha o g_k.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "learn/engine.hpp"

namespace fedmeta::learn {

/// alpha: one number (MAML), or one for each parameter (Meta-SGD).
class InnerRate {
 public:
  explicit InnerRate(double scalar) : scalar_(scalar) {}
  explicit InnerRate(at::Tensor per_parameter) : vector_(std::move(per_parameter)) {}

  /// theta - alpha o g
  at::Tensor step(const at::Tensor& theta, const at::Tensor& g) const;
  /// alpha o v
  at::Tensor scale(const at::Tensor& v) const;

 private:
  double scalar_ = 0;
  at::Tensor vector_;
};

/// theta_0 = theta, theta_1, ..., theta_K for the K batches of `steps`.
std::vector<at::Tensor> inner_path(const Engine& engine, const at::Tensor& theta, const InnerRate& alpha,
                                   const std::vector<Batch>& steps);

/// theta_K alone.
at::Tensor adapt(const Engine& engine, const at::Tensor& theta, const InnerRate& alpha,
                 const std::vector<Batch>& steps);

}  // namespace fedmeta::learn
