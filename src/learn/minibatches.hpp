// The order in which a client uses its samples.
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.hpp"
#include "learn/group.hpp"

namespace fedmeta::learn {

/// The number of passes over a set, and the batch size.
struct Passes {
  std::int64_t epochs = 1;
  std::int64_t batch = 0;  ///< rows per step; 0 = the whole set
  std::int64_t steps = 0;  ///< if not 0, exactly this many steps, however many epochs that takes

  bool operator==(const Passes&) const = default;
};

/// Returns the rows in an order drawn from `random`.
Batch shuffled(const Batch& set, Random& random);

/// Returns the batches of those passes over a non-empty set, one per gradient step; a last, smaller batch is
/// kept. With `random`, each epoch uses the rows in a new order; otherwise in their own order, which came
/// from a random division. With `random` and `dropout`, for networks that have dropout, each batch gets its
/// own key from `random`; otherwise dropout is off and no number is drawn for it.
std::vector<Batch> minibatches(const Batch& set, const Passes& passes, Random* random = nullptr,
                               bool dropout = false);

/// Returns the same for each client of a group, as its steps. `orders` has one entry per set, or is null.
Steps minibatches(const Batches& sets, const Passes& passes, std::vector<Random>* orders = nullptr,
                  bool dropout = false);

/// Returns the number of batches that `minibatches` makes of a set of `rows` rows.
std::int64_t steps_of(const Passes& passes, std::int64_t rows);

/// Returns the total number of rows of the batches.
std::int64_t rows_of(const std::vector<Batch>& batches);

/// Returns the total number of rows in the batches that `minibatches` makes, which the FLOP formulas count.
std::int64_t rows_processed(std::int64_t rows, const Passes& passes);

}  // namespace fedmeta::learn
