// Memory shared by the ranks of a node: each rank fills its own segment, and all ranks may read every
// segment.
#pragma once

#include <mpi.h>

#include <cstddef>
#include <span>
#include <vector>

#include "comm/communicator.hpp"

namespace fedmeta::comm {

class NodeShared {
 public:
  /// Allocates the memory. Collective over `node`; `bytes` is the size of this rank's own segment.
  NodeShared(const Communicator& node, std::size_t bytes);
  ~NodeShared();
  NodeShared(const NodeShared&) = delete;
  NodeShared& operator=(const NodeShared&) = delete;

  /// Returns this rank's segment, aligned to 64 bytes.
  std::span<std::byte> mine() { return segments_[static_cast<std::size_t>(rank_)]; }
  /// Makes what was written visible. All ranks call it after writing and before reading.
  void publish() const;
  /// Returns the segment of a rank of the node.
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
