#include "learn/inner_rate.hpp"

#include <ATen/ATen.h>

namespace fedmeta::learn {

std::optional<double> InnerRate::scalar() const {
  return vector_.defined() ? std::nullopt : std::optional(scalar_);
}

at::Tensor InnerRate::step(const at::Tensor& theta, const at::Tensor& g) const {
  return vector_.defined() ? at::addcmul(theta, vector_, g, -1) : at::sub(theta, g, scalar_);
}

at::Tensor InnerRate::scale(const at::Tensor& v) const {
  return vector_.defined() ? vector_ * v : v * scalar_;
}

}  // namespace fedmeta::learn
