// The cost of reaching the target accuracy, from the evaluations of each run.
//
// A run is known to have reached the target by the first evaluation that meets it (Choices::hold of them, one
// after the other). It may have done so in any round since the evaluation before. A run that never met it, or
// was killed before it could, has spent more than it had at its last evaluation: of such seeds costs are
// bounds.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "report/pooling/comparison.hpp"
#include "report/pooling/statistics.hpp"

namespace fedmeta::report {

enum class Resource { rounds, flops, bytes, seconds };
constexpr std::size_t resources = 4;

/// An amount of each resource.
using Spending = std::array<double, resources>;

/// Returns what a round cost.
Spending spending_of(const cost::RoundRow& round);

/// One run.
struct Crossing {
  bool reached = false;
  Spending spent{};  ///< until the evaluation that met the target, else until the last one
  Spending least{};  ///< until the round after the evaluation before that one, the first that may have met it
};
/// Returns nothing for a run without a target, or without evaluations of the split in which the measure has a
/// value, or that failed a validity check (but for Choices::with_invalid).
std::optional<Crossing> crossing(const Comparison& comparison, const Member& member);

/// All seeds of a method that were evaluated, incomplete ones included.
struct ToTarget {
  std::size_t reached = 0, seeds = 0;
  std::array<Summary, resources> spent;  ///< lower bounds unless exact()
  Spending least{};                      ///< means

  bool exact() const { return reached == seeds && seeds > 0; }
  const Summary& of(Resource resource) const { return spent[static_cast<std::size_t>(resource)]; }
  double least_of(Resource resource) const { return least[static_cast<std::size_t>(resource)]; }
};
ToTarget to_target(const Comparison& comparison, const Method& method);

/// The factor by which a method costs less than its baseline.
struct Reduction {
  double factor = 0;
  /// '>' where a seed of the baseline did not reach the target, '<' where one of the method did not; else 0.
  char bound = 0;
  double low = 0, high = 0;         ///< what evaluations leave open; of exact factors only
  std::optional<double> deviation;  ///< sample standard deviation over the seeds that both have
};
/// Returns nothing where there is no baseline, or where bounds say nothing.
std::optional<Reduction> reduction(const Comparison& comparison, const Method& method, Resource resource);

/// Returns "2.80x", ">2.80x" or "<2.80x".
std::string shown(const Reduction& reduction);

/// Returns "fedavg", or nothing where not all methods that have a baseline have the same.
std::optional<std::string> common_baseline(const Comparison& comparison);

}  // namespace fedmeta::report
