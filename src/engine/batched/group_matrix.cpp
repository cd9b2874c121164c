#include "engine/batched/group_matrix.hpp"

#include <ATen/ATen.h>

#include "engine/batched/group_products.hpp"
#include "kernels/direct_products.hpp"

namespace fedmeta::engine::batched {

GroupMatrix::GroupMatrix(at::Tensor base) : base_(std::move(base)) {}

GroupMatrix::GroupMatrix(at::Tensor left, at::Tensor right)
    : left_(std::move(left)), right_(std::move(right)) {}

GroupMatrix::GroupMatrix(at::Tensor base, at::Tensor left, at::Tensor right)
    : base_(std::move(base)), left_(std::move(left)), right_(std::move(right)) {}

at::Tensor GroupMatrix::forward(const at::Tensor& x) const {
  if (!base_.defined()) return product(product(x, transposed(right_)), left_);
  auto y = product(x, transposed(base_));
  if (left_.defined()) add_product(y, product(x, transposed(right_)), left_);
  return y;
}

at::Tensor GroupMatrix::backward(const at::Tensor& g) const {
  if (!base_.defined()) return product(product(g, transposed(left_)), right_);
  auto y = product(g, base_);
  if (left_.defined()) add_product(y, product(g, transposed(left_)), right_);
  return y;
}

void GroupMatrix::write_into(const at::Tensor& out) const {
  if (!base_.defined()) return kernels::batch_product_into(out, transposed(left_), right_);
  out.copy_(base_);
  if (left_.defined()) kernels::add_batch_product(out, transposed(left_), right_);
}

void GroupMatrix::add_to(const at::Tensor& out) const {
  kernels::add_batch_product(out, transposed(left_), right_);
}

GrowingMatrix::GrowingMatrix(at::Tensor base, std::int64_t room)
    : base_(std::move(base)),
      left_(at::empty({base_.size(0), room, base_.size(1)}, base_.options())),
      right_(at::empty({base_.size(0), room, base_.size(2)}, base_.options())) {}

GrowingMatrix::GrowingMatrix(std::int64_t clients, std::int64_t o, std::int64_t i, std::int64_t room,
                             const at::TensorOptions& options)
    : left_(at::empty({clients, room, o}, options)), right_(at::empty({clients, room, i}, options)) {}

void GrowingMatrix::add(const at::Tensor& left, const at::Tensor& right, double scale) {
  const auto n = left.size(1);
  left_.narrow(1, rows_, n).copy_(left).mul_(scale);
  right_.narrow(1, rows_, n).copy_(right);
  rows_ += n;
}

GroupMatrix GrowingMatrix::view() const {
  if (base_.defined() && rows_ == 0) return GroupMatrix(base_);
  return {base_, left_.narrow(1, 0, rows_), right_.narrow(1, 0, rows_)};
}

}  // namespace fedmeta::engine::batched
