#include "engine/cnn_blocks.hpp"

#include <ATen/ATen.h>

#include "kernels/factored_matrix.hpp"

namespace fedmeta::engine {
namespace {

const model::ParameterBlock& wide_block(const model::ImageCnn& network) {
  return network.layout().blocks()[fc1];
}

}  // namespace

std::int64_t wide_break_even(const model::ImageCnn& network) {
  const auto& shape = wide_block(network).shape;
  return kernels::FactoredMatrix::break_even(shape[0], shape[1]);
}

at::Tensor without_wide(const model::ImageCnn& network, const at::Tensor& vectors) {
  const auto& wide = wide_block(network);
  return at::cat({vectors.slice(-1, 0, wide.offset), vectors.slice(-1, wide.offset + wide.size)}, -1);
}

model::Weights views_of_rest(const model::ImageCnn& network, const at::Tensor& rest) {
  const auto& wide = wide_block(network);
  const auto before = rest.sizes().slice(0, static_cast<std::size_t>(rest.dim() - 1));
  model::Weights views;
  for (const auto& block : network.layout().blocks()) {
    const auto offset = block.offset < wide.offset ? block.offset : block.offset - wide.size;
    auto shape = before.vec();
    shape.insert(shape.end(), block.shape.begin(), block.shape.end());
    views.push_back(&block == &wide ? at::Tensor() : rest.narrow(-1, offset, block.size).view(shape));
  }
  return views;
}

}  // namespace fedmeta::engine
