// What a report says about a fleet: its phones, what each method costs on it, and at which links their order
// changes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/fleet/fleet_cost.hpp"
#include "report/output/figure.hpp"
#include "report/output/table.hpp"

namespace fedmeta::report {

/// The comparison's methods, in its order.
std::vector<MethodOnFleet> methods_on(const Fleet& fleet, const Comparison& comparison);

/// The fleet itself: a row for each device and link.
ReportTable fleet_table(const Fleet& fleet);

/// What each method costs on the fleet, a round and to the target.
ReportTable fleet_cost_table(const Fleet& fleet, const Comparison& comparison,
                             const std::vector<MethodOnFleet>& methods);

/// The figure's links are the fleet's, faster or slower in both directions. Uplinks in B/s are those that
/// half of the clients have at most.
constexpr double slowest_uplink = 5e4, fastest_uplink = 5e7;
constexpr std::size_t uplinks = 20;

/// Returns how many times as fast as the fleet's the links at each of the figure's uplinks are.
std::vector<double> figure_speeds(const Fleet& fleet);

/// Time to the target against the uplink. Without data where no method has reached the target.
Figure fleet_figure(const Fleet& fleet, const Comparison& comparison,
                    const std::vector<MethodOnFleet>& methods, const std::vector<OrderChange>& changes);

/// The figure's marks as numbers.
ReportTable order_table(const Fleet& fleet, const Comparison& comparison,
                        const std::vector<OrderChange>& changes);

/// Returns a note for each file whose runs have no client_flops.
std::vector<std::string> fleet_notes(const std::vector<Source>& sources);

}  // namespace fedmeta::report
