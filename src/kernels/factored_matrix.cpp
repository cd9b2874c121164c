#include "kernels/factored_matrix.hpp"

#include <ATen/ATen.h>

#include "kernels/bf16_tiles.hpp"
#include "kernels/direct_products.hpp"

namespace fedmeta::kernels {

namespace {

at::Tensor multiplied(const at::Tensor& x, const PackedMatrix& matrix, std::int64_t columns) {
  auto y = at::zeros({x.size(0), columns}, x.options());
  const auto rows = x.contiguous();
  matrix.add_product(y.data_ptr<float>(), rows.const_data_ptr<float>(), rows.size(0));
  return y;
}

}  // namespace

FactoredBase FactoredBase::for_many_products(at::Tensor matrix) {
  FactoredBase base(std::move(matrix));
  if (FactorRounding::is_on() && has_bf16_tiles() && base.exact_.scalar_type() == at::kFloat) {
    base.transposed_ = std::make_shared<const PackedMatrix>(base.factor_.t());
    base.straight_ = std::make_shared<const PackedMatrix>(base.factor_);
  }
  return base;
}

at::Tensor FactoredBase::forward(const at::Tensor& x) const {
  return transposed_ ? multiplied(x, *transposed_, exact_.size(0)) : product(x, factor_.t());
}

at::Tensor FactoredBase::backward(const at::Tensor& g) const {
  return straight_ ? multiplied(g, *straight_, exact_.size(1)) : product(g, factor_);
}

FactoredView::FactoredView(at::Tensor base) : base_(std::move(base)) {}

FactoredView::FactoredView(at::Tensor left, at::Tensor right)
    : left_(std::move(left)), right_(std::move(right)) {}

FactoredView::FactoredView(FactoredBase base, at::Tensor left, at::Tensor right)
    : base_(std::move(base)), left_(std::move(left)), right_(std::move(right)) {}

at::Tensor FactoredView::forward(const at::Tensor& x) const {
  if (!base_.defined()) return product(product(x, right_.t()), left_);
  auto y = base_.forward(x);
  if (left_.defined()) add_product(y, product(x, right_.t()), left_);
  return y;
}

at::Tensor FactoredView::backward(const at::Tensor& g) const {
  if (!base_.defined()) return product(product(g, left_.t()), right_);
  auto y = base_.backward(g);
  if (left_.defined()) add_product(y, product(g, left_.t()), right_);
  return y;
}

// The factors have been rounded when they were made, and scaled since.
void FactoredView::write_into(const at::Tensor& out) const {
  const ExactProducts of_scaled_factors;
  if (!base_.defined()) return product_into(out, left_.t(), right_);
  out.copy_(base_.exact());
  if (left_.defined()) add_product(out, left_.t(), right_);
}

FactoredMatrix::FactoredMatrix(at::Tensor base, std::int64_t room)
    : base_(FactoredBase::for_many_products(std::move(base))),
      left_(at::empty({room, base_.exact().size(0)}, base_.exact().options())),
      right_(at::empty({room, base_.exact().size(1)}, base_.exact().options())) {}

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
  if (base_.defined() && rows_ == 0) return {base_, {}, {}};
  return {base_, left_.narrow(0, 0, rows_), right_.narrow(0, 0, rows_)};
}

}  // namespace fedmeta::kernels
