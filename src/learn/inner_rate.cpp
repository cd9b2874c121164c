#include "learn/inner_rate.hpp"

#include <ATen/ATen.h>

#include "kernels/factored_steps.hpp"

namespace fedmeta::learn {

std::optional<double> InnerRate::scalar() const {
  return vector_.defined() ? std::nullopt : std::optional(scalar_);
}

at::Tensor InnerRate::step(const at::Tensor& theta, const at::Tensor& g) const {
  return vector_.defined() ? at::addcmul(theta, vector_, g, -1) : at::sub(theta, g, scalar_);
}

at::Tensor InnerRate::step(const at::Tensor& theta, const FactoredVectors& g) const {
  const auto* block = g.values.size(0) == 1 ? g.block(0) : nullptr;
  if (!block || !vector_.defined()) return step(theta, g.formed());
  const auto from = theta.view({-1}), rates = vector_.view({-1}), whole = g.values.view({-1});
  auto out = at::empty_like(whole);
  auto outs = block->around(out);
  const auto froms = block->around(from), rate = block->around(rates), gs = block->around(whole);
  for (const std::size_t part : {0, 1}) at::addcmul_out(outs[part], froms[part], rate[part], gs[part], -1);
  kernels::rate_step(block->of(out), block->of(from), block->of(rates), block->factors);
  return out.view_as(g.values);
}

at::Tensor InnerRate::scale(const at::Tensor& v) const {
  return vector_.defined() ? vector_ * v : v * scalar_;
}

}  // namespace fedmeta::learn
