// The batches of a group side by side, padded to the same number of rows.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "learn/group.hpp"

namespace fedmeta::engine::batched {

/// A portion of each client's batch. Rows that are not there are copies of others, whose share in the mean is
/// zero: all that is computed of them is finite and counts for nothing.
struct GroupBatch {
  at::Tensor x;       ///< [G, n, ...]
  at::Tensor labels;  ///< [G, n, 1]
  at::Tensor share;   ///< [G, n, 1]: 1 / the rows of the client's whole batch, or 0
};

/// Rows [begin, end) of the batches of these clients, with `padded` places for each.
struct Portion {
  const learn::Batches* batches;
  std::vector<std::size_t> clients;
  std::int64_t begin, end, padded;

  /// Rows that are there, of the batch of that index, or of all clients.
  std::int64_t rows_of(std::size_t client) const;
  std::int64_t rows() const;
};

/// Several portions in one tensor each, portion after portion.
struct GroupRows {
  struct Place {
    std::int64_t clients, padded;
  };

  at::Tensor x;       ///< [rows, ...]
  at::Tensor labels;  ///< [rows]
  at::Tensor share;   ///< [rows]
  std::vector<Place> places;

  /// Views of portion i.
  GroupBatch portion(std::size_t i) const;
};

/// `options` are the parameters'. Each portion has at least one row. Takes a fixed number of operators,
/// however many portions and clients there are.
GroupRows gather(const std::vector<Portion>& portions, const at::TensorOptions& options);

/// Rows of the largest batch.
std::int64_t most_rows(const learn::Batches& batches);

}  // namespace fedmeta::engine::batched
