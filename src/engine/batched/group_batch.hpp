// The batches of a group side by side, padded to the same number of rows.
#pragma once

#include <ATen/core/Tensor.h>

#include "learn/group.hpp"

namespace fedmeta::engine::batched {

/// Rows [begin, end) of each client's batch. Rows that are not there are copies of others, whose share in the
/// mean is zero: all that is computed of them is finite and counts for nothing.
struct GroupBatch {
  at::Tensor x;       ///< [G, n, ...]
  at::Tensor labels;  ///< [G, n, 1]
  at::Tensor share;   ///< [G, n, 1]: 1 / the rows of the client's whole batch, or 0
  std::int64_t rows;  ///< of all clients, that are there
};

/// `options` are the parameters'. At least one client has such rows. Takes a fixed number of operators,
/// however many clients there are.
GroupBatch portion_of(const learn::Batches& batches, std::int64_t begin, std::int64_t end,
                      const at::TensorOptions& options);

/// Rows of the largest batch.
std::int64_t most_rows(const learn::Batches& batches);

}  // namespace fedmeta::engine::batched
