#include "kernels/factored_matrix.hpp"

#include <ATen/ATen.h>

#include "kernels/direct_products.hpp"

namespace fedmeta::kernels {

FactoredView::FactoredView(at::Tensor base) : base_(std::move(base)) {}

FactoredView::FactoredView(at::Tensor left, at::Tensor right)
    : left_(std::move(left)), right_(std::move(right)) {}

FactoredView::FactoredView(at::Tensor base, at::Tensor left, at::Tensor right)
    : base_(std::move(base)), left_(std::move(left)), right_(std::move(right)) {}

at::Tensor FactoredView::forward(const at::Tensor& x) const {
  if (!base_.defined()) return product(product(x, right_.t()), left_);
  auto y = product(x, base_.t());
  if (left_.defined()) add_product(y, product(x, right_.t()), left_);
  return y;
}

at::Tensor FactoredView::backward(const at::Tensor& g) const {
  if (!base_.defined()) return product(product(g, left_.t()), right_);
  auto y = product(g, base_);
  if (left_.defined()) add_product(y, product(g, left_.t()), right_);
  return y;
}

void FactoredView::write_into(const at::Tensor& out) const {
  if (!base_.defined()) return product_into(out, left_.t(), right_);
  out.copy_(base_);
  if (left_.defined()) add_product(out, left_.t(), right_);
}

FactoredMatrix::FactoredMatrix(at::Tensor base, std::int64_t room)
    : base_(std::move(base)),
      left_(at::empty({room, base_.size(0)}, base_.options())),
      right_(at::empty({room, base_.size(1)}, base_.options())) {}

FactoredMatrix::FactoredMatrix(std::int64_t o, std::int64_t i, std::int64_t room,
                               const at::TensorOptions& options)
    : left_(at::empty({room, o}, options)), right_(at::empty({room, i}, options)) {}

void FactoredMatrix::add(const at::Tensor& left, const at::Tensor& right, double scale) {
  const auto n = left.size(0);
  left_.narrow(0, rows_, n).copy_(left).mul_(scale);
  right_.narrow(0, rows_, n).copy_(right);
  rows_ += n;
}

FactoredView FactoredMatrix::view() const {
  if (base_.defined() && rows_ == 0) return FactoredView(base_);
  return {base_, left_.narrow(0, 0, rows_), right_.narrow(0, 0, rows_)};
}

}  // namespace fedmeta::kernels
