// Memory that all ranks of a node see: each rank fills its own segment, all may read every segment.
#pragma once

#include <mpi.h>

#include <cstddef>
#include <span>
#include <vector>

#include "comm/communicator.hpp"

namespace fedmeta::comm {

class NodeShared {
 public:
  /// Collective over `node`; `bytes` is this rank's own segment.
  NodeShared(const Communicator& node, std::size_t bytes);
  ~NodeShared();
  NodeShared(const NodeShared&) = delete;
  NodeShared& operator=(const NodeShared&) = delete;

  /// This rank's segment, 8-byte aligned.
  std::span<std::byte> mine() { return segments_[static_cast<std::size_t>(rank_)]; }
  /// To be called by all after filling and before reading.
  void publish() const;
  /// The segment of a rank of the node.
  std::span<const std::byte> of(int node_rank) const {
    return segments_[static_cast<std::size_t>(node_rank)];
  }

 private:
  Communicator node_;
  MPI_Win window_ = MPI_WIN_NULL;
  int rank_;
  std::vector<std::span<std::byte>> segments_;
};

}  // namespace fedmeta::comm
