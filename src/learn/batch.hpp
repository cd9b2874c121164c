// Samples as tensors, and the order in which a client goes through them.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "base/random.hpp"

namespace fedmeta::learn {

struct Batch {
  at::Tensor x;  ///< [n, features], in the parameters' type
  at::Tensor y;  ///< [n], int64

  std::int64_t rows() const { return y.size(0); }
  /// Rows [begin, end): views, no copy.
  Batch rows(std::int64_t begin, std::int64_t end) const;
};

/// One client's samples, divided: `all` holds the support set's rows first, then the query set's.
struct Task {
  Batch all;
  std::int64_t support_rows = 0;

  Batch support() const { return all.rows(0, support_rows); }
  Batch query() const { return all.rows(support_rows, all.rows()); }
};

/// How often and in what portions a set is gone through.
struct Passes {
  std::int64_t epochs = 1;
  std::int64_t batch = 0;  ///< rows a step; 0 = the whole set
  std::int64_t steps = 0;  ///< if not 0: exactly so many steps, however many epochs that takes
};

/// The batches of those passes, one per gradient step; a last, smaller batch is kept. With `random`, each
/// epoch goes through the rows in a new order; without, in the order they have (which a random division made).
std::vector<Batch> minibatches(const Batch& set, const Passes& passes, Random* random = nullptr);

/// Rows that `minibatches` gives in all: what the FLOP formulas count.
std::int64_t rows_processed(std::int64_t rows, const Passes& passes);

}  // namespace fedmeta::learn
