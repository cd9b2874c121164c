#include "federate/device_sums.hpp"

#include <ATen/ATen.h>

#include <vector>

namespace fedmeta::federate {

// Not a product of matrix and vector, which a library may compute in less than fp32.
at::Tensor weighted_sum(const at::Tensor& rows, std::span<const double> weights) {
  const std::vector<at::Scalar> factors(weights.begin(), weights.end());
  at::_foreach_mul_(rows.unbind(), factors);
  return weights.size() == 1 ? rows[0] : rows.sum(0);
}

at::Tensor largest_magnitude(const at::Tensor& vector) {
  return vector.view(at::kInt).bitwise_and(0x7fffffff).max();
}

at::Tensor add_fixed(const comm::FixedPoint& fixed, const at::Tensor& vector, double weight,
                     const at::Tensor& sum) {
  auto scaled = vector.to(at::kDouble).mul_(weight * fixed.scale());
  const auto unfit = scaled.abs().le_(comm::FixedPoint::largest_term).logical_not();  // also NaN
  scaled.masked_fill_(unfit, 0).round_();                                             // halves to even
  sum.add_(scaled.to(at::kLong));
  return unfit.sum();
}

at::Tensor restored(const comm::FixedPoint& fixed, const at::Tensor& sum) {
  return sum.to(at::kDouble).mul_(1.0 / fixed.scale()).to(at::kFloat);
}

}  // namespace fedmeta::federate
