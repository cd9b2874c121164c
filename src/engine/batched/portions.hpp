// How many rows of a group are in work at a time, so that memory does not grow with the batches.
#pragma once

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstdint>

#include "engine/batched/group_batch.hpp"

namespace fedmeta::engine::batched {

struct Portions {
  std::int64_t bytes;            ///< that the rows in work may take, about
  std::int64_t numbers_in_work;  ///< of a row
  std::int64_t numbers_kept;     ///< of a row, that its passes leave
  std::int64_t parameters;

  /// Rows of each of so many clients.
  std::int64_t rows(std::int64_t clients, const at::TensorOptions& options) const {
    const auto of_row = static_cast<std::int64_t>(options.dtype().itemsize()) * numbers_in_work;
    return std::max<std::int64_t>(1, bytes / (of_row * clients));
  }
  /// Whether passes of so many rows leave no more than a client's parameters take.
  bool are_worth_keeping(std::int64_t rows) const { return rows * numbers_kept <= parameters; }

  /// Calls `work` with the batches in portions of nearly the same size.
  template <class F>
  void for_each(const learn::Batches& batches, const at::TensorOptions& options, F work) const {
    const auto all = most_rows(batches), most = rows(std::ssize(batches), options);
    const auto portions = (all + most - 1) / most;
    for (std::int64_t p = 0; p < portions; ++p)
      work(portion_of(batches, p * all / portions, (p + 1) * all / portions, options));
  }
};

}  // namespace fedmeta::engine::batched
