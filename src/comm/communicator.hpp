// A group of ranks as a value: broadcast, reduction, and the gathering of small records.
//
// Collectives are called by all ranks of the group in the same order. Before each one the ranks wait for the
// last of them without burning a core: with more ranks than cores, a spinning rank slows a working one.
#pragma once

#include <mpi.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "base/error.hpp"

namespace fedmeta::comm {

using Bytes = std::vector<std::byte>;

class Communicator {
 public:
  /// All ranks.
  static Communicator world();
  /// This rank alone.
  static Communicator self();
  /// The ranks that share this rank's memory.
  Communicator node() const;

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool root() const { return rank_ == 0; }
  MPI_Comm handle() const { return *comm_; }

  /// Returns once every rank has called it.
  void wait_for_all() const;

  // Broadcast and reduction of the meta-learner: their bytes are counted.
  void broadcast(std::span<float> values) const;
  /// Element-wise sum; the result is at the root only, in `values` (whose content is lost elsewhere).
  void reduce_sum(std::span<float> values) const;
  void reduce_sum(std::span<std::int64_t> values) const;
  /// Maximum over the ranks, known to all.
  int all_max(int value) const;
  /// count x type size handed by this rank to the four calls above, so far.
  std::int64_t collective_bytes() const { return *collective_bytes_; }

  /// One record of each rank, in rank order; empty except at the root.
  template <class T>
  std::vector<T> gather(const T& record) const;
  /// Each rank's list, joined in rank order; empty except at the root.
  template <class T>
  std::vector<T> gather_lists(std::span<const T> list) const;
  /// One record of each rank, in rank order, known to all.
  template <class T>
  requires std::is_trivially_copyable_v<T> std::vector<T> all_gather(const T& record)
  const;
  /// Each rank's list, in rank order, known to all.
  template <class T>
  std::vector<std::vector<T>> all_gather_lists(std::span<const T> list) const;
  /// Each rank's bytes, in rank order, known to all.
  std::vector<Bytes> all_gather(const Bytes& bytes) const;
  std::vector<std::string> all_gather(const std::string& text) const;
  /// Sends to_each[r] to rank r; returns what each rank sent to this one.
  std::vector<Bytes> exchange(const std::vector<Bytes>& to_each) const;

 private:
  explicit Communicator(MPI_Comm comm, bool owned);
  std::vector<Bytes> gather_bytes(const void* data, std::size_t size, bool to_all) const;

  std::shared_ptr<MPI_Comm> comm_;
  std::shared_ptr<std::int64_t> collective_bytes_ = std::make_shared<std::int64_t>(0);
  int rank_ = 0;
  int size_ = 1;
};

/// An error that every rank knows of: the root reports it, and all end in order.
class AgreedError : public Error {
 public:
  explicit AgreedError(const Error& error) : Error(error) {}
};

/// Runs `work` on every rank. Where it throws on any, all ranks throw the error of the lowest such rank.
void agree(const Communicator& comm, const std::function<void()>& work);

namespace detail {

/// Adds the records that `bytes` hold.
template <class T>
void append(std::vector<T>& records, const Bytes& bytes) {
  static_assert(std::is_trivially_copyable_v<T>);
  const auto old = records.size();
  records.resize(old + bytes.size() / sizeof(T));
  if (!bytes.empty()) std::memcpy(records.data() + old, bytes.data(), bytes.size());
}

}  // namespace detail

template <class T>
requires std::is_trivially_copyable_v<T> std::vector<T> Communicator::all_gather(const T& record)
const {
  std::vector<T> records;
  for (const auto& part : gather_bytes(&record, sizeof(T), true)) detail::append(records, part);
  return records;
}

template <class T>
std::vector<std::vector<T>> Communicator::all_gather_lists(std::span<const T> list) const {
  std::vector<std::vector<T>> lists;
  for (const auto& part : gather_bytes(list.data(), list.size_bytes(), true))
    detail::append(lists.emplace_back(), part);
  return lists;
}

template <class T>
std::vector<T> Communicator::gather(const T& record) const {
  return gather_lists(std::span<const T>(&record, 1));
}

template <class T>
std::vector<T> Communicator::gather_lists(std::span<const T> list) const {
  std::vector<T> joined;
  for (const auto& part : gather_bytes(list.data(), list.size_bytes(), false)) detail::append(joined, part);
  return joined;
}

}  // namespace fedmeta::comm
