// Samples as tensors on a device.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

namespace fedmeta::data {

/// Samples with their labels; no rows if the tensors are undefined.
struct Batch {
  at::Tensor x;               ///< [n, features], in the parameters' type, or token ids, int64
  at::Tensor y;               ///< [n], int64
  std::uint64_t dropout = 0;  ///< key of the dropout masks, the same in all derivatives; 0 = no dropout

  std::int64_t rows() const { return y.defined() ? y.size(0) : 0; }
  /// Returns the rows [begin, end) as views, without copying.
  Batch rows(std::int64_t begin, std::int64_t end) const {
    return {x.slice(0, begin, end), y.slice(0, begin, end), dropout};
  }
};

/// One client's divided samples: `all` holds the support set's rows first, then the query set's.
struct Task {
  Batch all;
  std::int64_t support_rows = 0;
  /// Keeps the client's samples on the device as long as the task exists, if ResidentClients made the task.
  std::shared_ptr<const void> resident = {};

  Batch support() const { return all.rows(0, support_rows); }
  Batch query() const { return all.rows(support_rows, all.rows()); }
};

}  // namespace fedmeta::data
