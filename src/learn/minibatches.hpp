// The order in which a client goes through its samples.
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.hpp"
#include "learn/group.hpp"

namespace fedmeta::learn {

/// How often and in what portions a set is gone through.
struct Passes {
  std::int64_t epochs = 1;
  std::int64_t batch = 0;  ///< rows a step; 0 = the whole set
  std::int64_t steps = 0;  ///< if not 0: exactly so many steps, however many epochs that takes

  bool operator==(const Passes&) const = default;
};

/// The rows in an order that `random` draws.
Batch shuffled(const Batch& set, Random& random);

/// The batches of those passes over a set that is not empty, one per gradient step; a last, smaller batch is
/// kept. With `random`, each epoch goes through the rows in a new order; without, in the order they have
/// (which a random division made). With `dropout` as well, as networks that have it want, each batch has a
/// key of its own from `random`; otherwise dropout is off and no number is drawn for it.
std::vector<Batch> minibatches(const Batch& set, const Passes& passes, Random* random = nullptr,
                               bool dropout = false);

/// The same of each client of a group, as its steps. `orders` are as many as sets, or null.
Steps minibatches(const Batches& sets, const Passes& passes, std::vector<Random>* orders = nullptr,
                  bool dropout = false);

/// How many batches `minibatches` gives of a set of so many rows.
std::int64_t steps_of(const Passes& passes, std::int64_t rows);

/// Rows of all these batches.
std::int64_t rows_of(const std::vector<Batch>& batches);

/// Rows that `minibatches` gives in all: what the FLOP formulas count.
std::int64_t rows_processed(std::int64_t rows, const Passes& passes);

}  // namespace fedmeta::learn
