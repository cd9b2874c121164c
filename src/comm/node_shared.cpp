#include "comm/node_shared.hpp"

#include <sys/statvfs.h>

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <numeric>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "comm/session.hpp"

namespace fedmeta::comm {
namespace {

constexpr std::size_t alignment = 64;  // bytes

/// Returns the part of a segment that begins at a multiple of the alignment. Matrix products of the same
/// values may differ in the last bits where the values lie otherwise, and MPI aligns a single rank's segment
/// unlike those of many. All ranks map the memory at multiples of a page, so they find the same part.
std::span<std::byte> aligned(std::span<std::byte> segment) {
  const auto past = reinterpret_cast<std::uintptr_t>(segment.data()) % alignment;
  return segment.subspan(past == 0 ? 0 : alignment - past);
}

std::string megabytes(std::uint64_t bytes) {
  return fixed(static_cast<double>(bytes) / 1e6, 1) + " MB";
}

/// The file system in memory where MPI puts what the ranks of a node share.
std::string shared_folder() {
  const char* chosen = std::getenv("OMPI_MCA_osc_sm_backing_directory");
  return chosen ? chosen : "/dev/shm";
}

/// Throws Error(system) if that file system is too small. Otherwise MPI would report an "internal error", or
/// the kernel would end a rank that writes where no memory is left. Only the node's first rank throws, so
/// that there is one message.
void check_room(const Communicator& node, MPI_Aint bytes) {
  const auto sizes = node.gather(static_cast<std::uint64_t>(bytes));
  if (!node.root() || node.size() == 1) return;
  const auto needed = std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
  struct statvfs room {};
  const bool limited = statvfs(shared_folder().c_str(), &room) == 0 && room.f_blocks > 0;
  if (!limited) return;  // MPI then uses another place
  const auto free = static_cast<std::uint64_t>(room.f_bavail) * room.f_frsize;
  if (needed <= free) return;
  throw Error(
      Status::system,
      "too little shared memory for what this node's ranks share: " + megabytes(needed) + " needed, " +
          megabytes(free) + " free of " +
          megabytes(static_cast<std::uint64_t>(room.f_blocks) * room.f_frsize),
      shared_folder(),
      "make it larger (docker run --shm-size, mount -o remount,size=...), or use more nodes, one rank "
      "a node, or less data");
}

}  // namespace

NodeShared::NodeShared(const Communicator& node, std::size_t bytes) : node_(node), rank_(node.rank()) {
  void* base = nullptr;
  const auto size = static_cast<MPI_Aint>((bytes + 2 * alignment - 1) / alignment * alignment);
  check_room(node, size);
  check(MPI_Win_allocate_shared(size, 1, MPI_INFO_NULL, node.handle(), &base, &window_),
        "MPI_Win_allocate_shared");
  for (int rank = 0; rank < node.size(); ++rank) {
    MPI_Aint segment = 0;
    int unit = 0;
    check(MPI_Win_shared_query(window_, rank, &segment, &unit, &base), "MPI_Win_shared_query");
    segments_.push_back(aligned({static_cast<std::byte*>(base), static_cast<std::size_t>(segment)}));
  }
}

// Freeing waits for all ranks of the node. While an error ends this rank, the others may never take part.
NodeShared::~NodeShared() {
  if (std::uncaught_exceptions() == 0) MPI_Win_free(&window_);
}

void NodeShared::publish() const {
  check(MPI_Win_fence(0, window_), "MPI_Win_fence");
  node_.wait_for_all();
}

}  // namespace fedmeta::comm
