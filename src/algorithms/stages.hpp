// A run as a list of stages: what rules each of its rounds.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "algorithms/algorithm.hpp"

namespace fedmeta::algorithms {

/// A number of rounds of one algorithm.
struct Stage {
  std::int64_t rounds = 0;
  std::unique_ptr<Algorithm> algorithm;
};

/// Stages in order; a method without rounds has none. Each starts from the phi with which the one before
/// ended, so phi has the same layout in all of them. Whatever concerns a round is to be asked of its stage.
struct Run {
  std::vector<Stage> stages;

  /// Returns the number of rounds of all stages.
  std::int64_t rounds() const;
  /// Returns the algorithm that rules round 1, 2, ..., rounds().
  const Algorithm& algorithm(std::int64_t round) const;
  const Algorithm& first() const { return *stages.front().algorithm; }
  const Algorithm& last() const { return *stages.back().algorithm; }
  /// Returns whether another run's training is this one's to the bit, so that only adaptation may differ.
  bool trains_as(const Run& other) const;
};

/// Returns the most clients that a round of any stage has; 0 without stages.
std::int64_t largest_cohort(const Run& run);

}  // namespace fedmeta::algorithms
