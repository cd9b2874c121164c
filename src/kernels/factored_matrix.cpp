#include "kernels/factored_matrix.hpp"

#include <ATen/ATen.h>

#include "kernels/direct_products.hpp"

namespace fedmeta::kernels {

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

at::Tensor FactoredMatrix::forward(const at::Tensor& x) const {
  if (!base_.defined()) return product(product(x, right().t()), left());
  auto y = product(x, base_.t());
  if (rows_ > 0) add_product(y, product(x, right().t()), left());
  return y;
}

at::Tensor FactoredMatrix::backward(const at::Tensor& g) const {
  if (!base_.defined()) return product(product(g, left().t()), right());
  auto y = product(g, base_);
  if (rows_ > 0) add_product(y, product(g, left().t()), right());
  return y;
}

void FactoredMatrix::write_into(const at::Tensor& out) const {
  if (!base_.defined()) return product_into(out, left().t(), right());
  out.copy_(base_);
  if (rows_ > 0) add_product(out, left().t(), right());
}

at::Tensor FactoredMatrix::left() const {
  return left_.narrow(0, 0, rows_);
}

at::Tensor FactoredMatrix::right() const {
  return right_.narrow(0, 0, rows_);
}

}  // namespace fedmeta::kernels
