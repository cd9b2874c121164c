#include "engine/batched/group_parameters.hpp"

#include <ATen/ATen.h>

#include "engine/batched/group_products.hpp"
#include "kernels/direct_products.hpp"

namespace fedmeta::engine::batched {

model::Weights views(const model::ParameterLayout& layout, const at::Tensor& thetas) {
  model::Weights views;
  for (const auto& block : layout.blocks()) {
    auto shape = block.shape;
    shape.insert(shape.begin(), thetas.size(0));
    views.push_back(thetas.narrow(1, block.offset, block.size).view(shape));
  }
  return views;
}

Sums::Sums(const model::ParameterLayout& layout, std::int64_t clients, const at::TensorOptions& options)
    : values_(at::empty({clients, layout.size()}, options)),
      blocks_(views(layout, values_)),
      written_(blocks_.size(), false) {}

Sums::Sums(at::Tensor values, model::Weights blocks)
    : values_(std::move(values)), blocks_(std::move(blocks)), written_(blocks_.size(), false) {}

bool Sums::is_first(std::size_t block) {
  const bool first = !written_[block];
  written_[block] = true;
  return first;
}

void Sums::add_product(std::size_t block, const at::Tensor& a, const at::Tensor& b) {
  if (const auto pieces = pieces_of_rows(a, b); pieces > 1)
    add(block, product_in_pieces(a, b, pieces));
  else if (is_first(block))
    kernels::batch_product_into(blocks_[block], a, b);
  else
    kernels::add_batch_product(blocks_[block], a, b);
}

void Sums::add_rows(std::size_t block, const at::Tensor& d) {
  if (is_first(block))
    at::sum_out(blocks_[block], d, {1});
  else
    blocks_[block].add_(d.sum(1));
}

void Sums::add(std::size_t block, const at::Tensor& value) {
  if (is_first(block))
    blocks_[block].copy_(value);
  else
    blocks_[block].add_(value);
}

at::Tensor Sums::values() const {
  for (std::size_t i = 0; i < blocks_.size(); ++i)
    if (!written_[i] && blocks_[i].defined()) blocks_[i].zero_();
  return values_;
}

}  // namespace fedmeta::engine::batched
