#include "learn/factored_vectors.hpp"

#include <ATen/ATen.h>

#include "kernels/factored_matrix.hpp"

namespace fedmeta::learn {

at::Tensor BlockFactors::of(const at::Tensor& vector) const {
  return vector.narrow(0, offset, factors.rows() * factors.columns());
}

std::array<at::Tensor, 2> BlockFactors::around(const at::Tensor& vector) const {
  return {vector.narrow(0, 0, offset), vector.slice(0, offset + factors.rows() * factors.columns())};
}

void BlockFactors::write_into(const at::Tensor& vector) const {
  kernels::FactoredView(factors.left, factors.right)
      .write_into(of(vector).view({factors.rows(), factors.columns()}));
}

const BlockFactors* FactoredVectors::block(std::size_t client) const {
  return blocks.empty() || !blocks[client] ? nullptr : &*blocks[client];
}

const at::Tensor& FactoredVectors::formed() const {
  for (std::size_t i = 0; i < blocks.size(); ++i)
    if (blocks[i]) blocks[i]->write_into(values[static_cast<std::int64_t>(i)]);
  return values;
}

}  // namespace fedmeta::learn
