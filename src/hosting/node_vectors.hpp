// A data set's frozen word vectors, stored once per node: GloVe's 400,000 words take 480 MB.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

#include "comm/node_shared.hpp"
#include "data/dataset.hpp"

namespace fedmeta::hosting {

class NodeVectors {
 public:
  /// Holds no vectors.
  NodeVectors() = default;
  /// Collective over `node`. `vectors` is null if the data set has none, and on all ranks but the root.
  NodeVectors(const comm::Communicator& node, const data::WordVectors* vectors);

  /// Returns [words, width], fp32, or an undefined tensor if the data set has no vectors. On the CPU all
  /// ranks of the node share the memory, which this object owns.
  at::Tensor tensor(at::Device device) const;

 private:
  std::int64_t words_ = 0, width_ = 0;
  std::unique_ptr<comm::NodeShared> memory_;
};

}  // namespace fedmeta::hosting
