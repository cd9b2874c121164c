// How many rows of a group are in work at a time, so that memory does not grow with the batches.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
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
  std::int64_t rows(std::int64_t clients, const at::TensorOptions& options) const;
  /// Whether passes of so many rows leave no more than a client's parameters take.
  bool are_worth_keeping(std::int64_t rows) const { return rows * numbers_kept <= parameters; }
  /// Places for so many rows, or clients: at most an eighth more.
  std::int64_t padded(std::int64_t rows) const;

  /// The batches in portions of as many rows as fit. Where clients have no rows left, a portion is of the
  /// others alone, if that saves more than taking their parameters apart costs, and has more rows of each.
  std::vector<Portion> split(const learn::Batches& batches, const at::TensorOptions& options) const;

 private:
  bool pays_apart(std::int64_t together, std::int64_t group, std::int64_t rows) const;
  /// As many rows as fill their places, and are no more than that.
  std::int64_t filling(std::int64_t rows) const;
};

/// All rows as one portion, of all clients, with that many places.
Portion whole(const learn::Batches& batches, std::int64_t places);
/// The same portion with all clients.
Portion of_all(Portion portion);

}  // namespace fedmeta::engine::batched
