// Samples as tensors on a device.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

namespace fedmeta::data {

/// Without tensors it has no rows.
struct Batch {
  at::Tensor x;               ///< [n, features], in the parameters' type, or token ids, int64
  at::Tensor y;               ///< [n], int64
  std::uint64_t dropout = 0;  ///< names the masks of dropout, the same in all derivatives; 0 = none

  std::int64_t rows() const { return y.defined() ? y.size(0) : 0; }
  /// Rows [begin, end): views, no copy.
  Batch rows(std::int64_t begin, std::int64_t end) const {
    return {x.slice(0, begin, end), y.slice(0, begin, end), dropout};
  }
};

/// One client's samples, divided: `all` holds the support set's rows first, then the query set's.
struct Task {
  Batch all;
  std::int64_t support_rows = 0;
  /// Keeps the client on the device while the task is there, if it is one of ResidentClients'.
  std::shared_ptr<const void> resident = {};

  Batch support() const { return all.rows(0, support_rows); }
  Batch query() const { return all.rows(support_rows, all.rows()); }
};

}  // namespace fedmeta::data
