#include "hosting/node_vectors.hpp"

#include <ATen/ATen.h>

#include <array>
#include <cstring>
#include <span>

namespace fedmeta::hosting {

NodeVectors::NodeVectors(const comm::Communicator& node, const data::WordVectors* vectors) {
  using Shape = std::array<std::int64_t, 2>;
  const auto shape = node.all_gather(vectors ? Shape{vectors->words, vectors->width} : Shape{}).front();
  words_ = shape[0];
  width_ = shape[1];
  if (words_ == 0) return;
  const auto values = vectors ? std::as_bytes(std::span(vectors->values)) : std::span<const std::byte>();
  memory_ = std::make_unique<comm::NodeShared>(node, values.size());
  if (vectors) std::memcpy(memory_->mine().data(), values.data(), values.size());
  memory_->publish();
}

at::Tensor NodeVectors::tensor(at::Device device) const {
  if (!memory_) return {};
  auto* values = const_cast<std::byte*>(memory_->of(0).data());
  return at::from_blob(values, {words_, width_}, at::kFloat).to(device);
}

}  // namespace fedmeta::hosting
