// A data set's frozen word vectors, once on each node: GloVe's 400,000 words take 480 MB.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "comm/node_shared.hpp"
#include "data/dataset.hpp"

namespace fedmeta::hosting {

class NodeVectors {
 public:
  /// None.
  NodeVectors() = default;
  /// Collective over `node`. `vectors` is null where the data set has none, and but at the root.
  NodeVectors(const comm::Communicator& node, const data::WordVectors* vectors);

  /// [words, width], fp32; undefined where the data set has none. On the CPU all ranks of the node see the
  /// same memory, which lasts as long as this.
  at::Tensor tensor(at::Device device) const;

 private:
  std::int64_t words_ = 0, width_ = 0;
  std::unique_ptr<comm::NodeShared> memory_;
};

}  // namespace fedmeta::hosting
