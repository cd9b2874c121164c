// A group of ranks as a value: broadcast, reduction, and gathering of small records.
//
// All ranks of the group make collective calls in the same order. Before each call they wait for the last
// rank without keeping a core busy: with more ranks than cores, a spinning rank slows down a working one.
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
  /// Returns the group of all ranks.
  static Communicator world();
  /// Returns a group of this rank alone.
  static Communicator self();
  /// Returns the group of ranks that share this rank's memory.
  Communicator node() const;

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool root() const { return rank_ == 0; }
  MPI_Comm handle() const { return *comm_; }

  /// Returns once every rank has called it.
  void wait_for_all() const;

  // A number that rides on every wait, so that telling all ranks costs no message of its own.
  /// Tells all ranks a number from the next collective call on, until another is told; 0 = nothing. A signal
  /// that asks the run to end (base/stop_signal.hpp) is told without this.
  void tell(int number) const { *telling_ = number; }
  /// Returns the largest number that any rank told at the last collective call: on all ranks the same.
  int told() const { return *told_; }
  /// Returns the signal, told by any rank, that asks the run to end, or 0: on all ranks the same.
  int told_to_stop() const { return *told_ > largest_number ? *told_ - largest_number : 0; }
  static constexpr int largest_number = 1000;  ///< that may be told; signals are told beyond it

  // Broadcast and reduction of the meta-learner, whose bytes are counted.
  void broadcast(std::span<float> values) const;
  /// Sums element by element. The root gets the result in `values`; on other ranks their content is lost.
  void reduce_sum(std::span<float> values) const;
  void reduce_sum(std::span<std::int64_t> values) const;
  /// Returns the maximum over the ranks, on every rank.
  int all_max(int value) const;
  /// Returns the bytes (count x type size) that this rank has handed to the four calls above so far.
  std::int64_t collective_bytes() const { return *collective_bytes_; }

  /// Returns the seconds that this rank has waited for others so far, before collective calls.
  double seconds_waited() const { return *seconds_waited_; }

  /// Returns one record of each rank, in rank order, at the root; an empty vector elsewhere.
  template <class T>
  std::vector<T> gather(const T& record) const;
  /// Returns the lists of all ranks, joined in rank order, at the root; an empty vector elsewhere.
  template <class T>
  std::vector<T> gather_lists(std::span<const T> list) const;
  /// Returns one record of each rank, in rank order, on every rank.
  template <class T>
  std::vector<T> all_gather(const T& record) const;
  /// Returns each rank's list, in rank order, on every rank.
  template <class T>
  std::vector<std::vector<T>> all_gather_lists(std::span<const T> list) const;
  /// Returns each rank's bytes, in rank order, on every rank.
  std::vector<Bytes> all_gather(const Bytes& bytes) const;
  std::vector<std::string> all_gather(const std::string& text) const;
  /// Sends to_each[r] to rank r. Returns what each rank sent to this one.
  std::vector<Bytes> exchange(const std::vector<Bytes>& to_each) const;

 private:
  explicit Communicator(MPI_Comm comm, bool owned);
  std::vector<Bytes> gather_bytes(const void* data, std::size_t size, bool to_all) const;

  std::shared_ptr<MPI_Comm> comm_;
  std::shared_ptr<std::int64_t> collective_bytes_ = std::make_shared<std::int64_t>(0);
  std::shared_ptr<double> seconds_waited_ = std::make_shared<double>(0);
  std::shared_ptr<int> telling_ = std::make_shared<int>(0), told_ = std::make_shared<int>(0);
  int rank_ = 0;
  int size_ = 1;
};

/// An error that all ranks know of: the root reports it, and all ranks end in order.
class AgreedError : public Error {
 public:
  explicit AgreedError(const Error& error) : Error(error) {}
};

/// Runs `work` on every rank. If it throws on any rank, all ranks throw the error of the lowest of these.
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
std::vector<T> Communicator::all_gather(const T& record) const {
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
