#include "comm/node_shared.hpp"

#include <exception>

#include "comm/session.hpp"

namespace fedmeta::comm {

NodeShared::NodeShared(const Communicator& node, std::size_t bytes) : node_(node), rank_(node.rank()) {
  void* base = nullptr;
  const auto size = static_cast<MPI_Aint>((bytes + 63) / 64 * 64);
  check(MPI_Win_allocate_shared(size, 1, MPI_INFO_NULL, node.handle(), &base, &window_),
        "MPI_Win_allocate_shared");
  for (int rank = 0; rank < node.size(); ++rank) {
    MPI_Aint segment = 0;
    int unit = 0;
    check(MPI_Win_shared_query(window_, rank, &segment, &unit, &base), "MPI_Win_shared_query");
    segments_.emplace_back(static_cast<std::byte*>(base), static_cast<std::size_t>(segment));
  }
}

// Freeing waits for all ranks of the node. While an error ends this rank the others may never come.
NodeShared::~NodeShared() {
  if (std::uncaught_exceptions() == 0) MPI_Win_free(&window_);
}

void NodeShared::publish() const {
  check(MPI_Win_fence(0, window_), "MPI_Win_fence");
  node_.wait_for_all();
}

}  // namespace fedmeta::comm
