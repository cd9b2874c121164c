// What runs would cost on a fleet, from each client's FLOPs and bytes in the results file. Nothing is trained
// again: a client that fails has still contributed to the file's training. docs/reports.md has the formulas.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "report/fleet/fleet.hpp"
#include "report/pooling/comparison.hpp"
#include "report/pooling/statistics.hpp"
#include "report/pooling/to_target.hpp"

namespace fedmeta::report {

/// A client's part in a round, on its phone.
struct Task {
  double seconds_fixed = 0;                    ///< computing, and the link's latency both ways
  double seconds_transfer = 0;                 ///< of all bytes, over the link as it is
  double joules_compute = 0, joules_link = 0;  ///< 0 where the fleet does not state them
  bool drops_out = false;

  /// On links `speed` times as fast.
  double seconds(double speed) const { return seconds_fixed + seconds_transfer / speed; }
};
using RoundTasks = std::vector<Task>;

/// Returns the tasks of each of the run's rounds, or nothing where the file has no client_flops.
std::optional<std::vector<RoundTasks>> tasks_of(const Fleet& fleet, const Member& member);

struct FleetCost {
  double rounds = 0, seconds = 0, joules_compute = 0, joules_link = 0, tasks = 0;
  double failed = 0;  ///< tasks that dropped out or missed the deadline
};

/// Adds up rounds, on links `speed` times as fast. A round lasts as long as the slowest client that the
/// server waits for: those that do not drop out, each until the deadline at most. Where all drop out, it
/// lasts as long as the slowest of them. Energy is that of all, since those that fail have worked, too.
FleetCost cost_of(std::span<const RoundTasks> rounds, std::optional<double> deadline, double speed = 1);

/// A run of a method.
struct SeedOnFleet {
  std::vector<RoundTasks> rounds;
  std::optional<Crossing> crossing;  ///< absent without evaluations or a target

  /// Rounds until the target, or those that were evaluated where it was not reached.
  std::span<const RoundTasks> to_target() const;
  /// Rounds that it took at least.
  std::span<const RoundTasks> at_least() const;
};

struct MethodOnFleet {
  const Method* method;
  std::vector<SeedOnFleet> seeds;  ///< all, incomplete ones included; empty if there is a `why_not`
  std::string why_not;             ///< "no rounds", "no client_flops"
  ToTarget target;                 ///< whose bounds are those of costs on the fleet, too

  bool reached() const { return why_not.empty() && target.exact(); }
};
MethodOnFleet on_fleet(const Fleet& fleet, const Comparison& comparison, const Method& method);

/// Summarises a cost to the target over seeds, on links `speed` times as fast.
Summary cost_to_target(const MethodOnFleet& method, std::optional<double> deadline, double FleetCost::*value,
                       double speed = 1);

/// Two methods whose order changes with the speed of the links.
struct OrderChange {
  std::size_t slow_links, fast_links;  ///< indices of the methods that are faster on slower, faster links
  double speed = 1;                    ///< at which both take `seconds`
  double seconds = 0;
};

/// Returns where methods that reached the target change order, between any two of the speeds, which ascend.
std::vector<OrderChange> order_changes(const std::vector<MethodOnFleet>& methods,
                                       std::optional<double> deadline, const std::vector<double>& speeds);

}  // namespace fedmeta::report
