#include "learn/inner_loop.hpp"

#include <ATen/ATen.h>

namespace fedmeta::learn {

at::Tensor InnerRate::step(const at::Tensor& theta, const at::Tensor& g) const {
  return vector_.defined() ? at::addcmul(theta, vector_, g, -1) : at::sub(theta, g, scalar_);
}

at::Tensor InnerRate::scale(const at::Tensor& v) const {
  return vector_.defined() ? vector_ * v : v * scalar_;
}

std::vector<at::Tensor> inner_path(const Engine& engine, const at::Tensor& theta, const InnerRate& alpha,
                                   const std::vector<Batch>& steps) {
  std::vector<at::Tensor> path{theta};
  for (const auto& batch : steps)
    path.push_back(alpha.step(path.back(), engine.gradient(path.back(), batch).value));
  return path;
}

at::Tensor adapt(const Engine& engine, const at::Tensor& theta, const InnerRate& alpha,
                 const std::vector<Batch>& steps) {
  at::Tensor adapted = theta;
  for (const auto& batch : steps) adapted = alpha.step(adapted, engine.gradient(adapted, batch).value);
  return adapted;
}

}  // namespace fedmeta::learn
