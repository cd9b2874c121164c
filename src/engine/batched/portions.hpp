// How many rows of a group are in work at a time, so that memory does not grow with the batches.
#pragma once

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <numeric>
#include <vector>

#include "engine/batched/group_batch.hpp"

namespace fedmeta::engine::batched {

struct Portions {
  std::int64_t bytes;            ///< that the rows in work may take, about
  std::int64_t numbers_in_work;  ///< of a row
  std::int64_t numbers_kept;     ///< of a row, that its passes leave
  std::int64_t parameters;
  bool rounded;  ///< whether portions come in few sizes, so that what was recorded for one serves others

  /// Rows of each of so many clients.
  std::int64_t rows(std::int64_t clients, const at::TensorOptions& options) const {
    const auto of_row = static_cast<std::int64_t>(options.dtype().itemsize()) * numbers_in_work;
    return std::max<std::int64_t>(1, bytes / (of_row * clients));
  }
  /// Whether passes of so many rows leave no more than a client's parameters take.
  bool are_worth_keeping(std::int64_t rows) const { return rows * numbers_kept <= parameters; }

  /// Places for so many rows, or clients: at most an eighth more.
  std::int64_t padded(std::int64_t rows) const {
    if (!rounded || rows <= 16) return rows;
    const auto unit = std::int64_t{1} << (std::bit_width(static_cast<std::uint64_t>(rows - 1)) - 4);
    return (rows + unit - 1) / unit * unit;
  }

  /// The batches in portions of nearly the same size, each with the clients that have rows in it.
  std::vector<Portion> split(const learn::Batches& batches, const at::TensorOptions& options) const {
    const auto all = most_rows(batches), most = rows(std::ssize(batches), options);
    const auto count = (all + most - 1) / most;
    std::vector<Portion> portions;
    for (std::int64_t p = 0; p < count; ++p) {
      const auto begin = p * all / count, end = (p + 1) * all / count;
      portions.push_back({&batches, with_rows_after(batches, begin), begin, end, padded(end - begin)});
    }
    return portions;
  }
  /// All rows as one portion, of all clients, with that many places.
  static Portion whole(const learn::Batches& batches, std::int64_t places) {
    return of_all({&batches, {}, 0, most_rows(batches), places});
  }
  /// The same portion with all clients.
  static Portion of_all(Portion portion) {
    portion.clients.resize(portion.batches->size());
    std::iota(portion.clients.begin(), portion.clients.end(), 0U);
    return portion;
  }

 private:
  /// In their order. Others come along until their number is a padded one.
  std::vector<std::size_t> with_rows_after(const learn::Batches& batches, std::int64_t begin) const {
    const auto takes_part = [&](std::size_t i) { return batches[i].rows() > begin; };
    std::int64_t active = 0;
    for (std::size_t i = 0; i < batches.size(); ++i) active += takes_part(i);
    auto others = std::min(padded(active), std::ssize(batches)) - active;
    std::vector<std::size_t> clients;
    for (std::size_t i = 0; i < batches.size(); ++i)
      if (takes_part(i) || others-- > 0) clients.push_back(i);
    return clients;
  }
};

}  // namespace fedmeta::engine::batched
