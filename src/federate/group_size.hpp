// How many clients a rank computes together.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "algorithms/algorithm.hpp"
#include "federate/federation.hpp"
#include "federate/run_plan.hpp"

namespace fedmeta::federate {

/// Steps that the longest of the clients' inner loops keeps.
std::int64_t most_kept_steps(const algorithms::Algorithm& algorithm, const hosting::Catalogue& catalogue,
                             const std::vector<std::int32_t>& clients);

/// Bytes of the vectors as long as theta that a client of a group takes, if it keeps so many steps.
std::int64_t vector_bytes(const model::Network& network, std::int64_t kept_steps);

/// As many as the engine wants and as the rank's memory for groups holds, if each keeps so many steps of its
/// inner loop; at least one. One where sums are to be reproducible: products of several clients' rows may
/// round otherwise than those of one, so that a client's bits would depend on those beside it.
std::int64_t clients_at_a_time(const Federation& federation, const RunPlan& plan, std::int64_t kept_steps);

/// Calls `compute` with a range of `count` items, in order and at most `limit` at a time, until it returns
/// false. If the device has no memory for a range of several items, tries again with half as many, and keeps
/// to that for the rest of the run. `compute` must leave nothing behind when it fails.
void in_groups(const Federation& federation, std::int64_t count, std::int64_t limit,
               const std::function<bool(std::int64_t begin, std::int64_t end)>& compute);

}  // namespace fedmeta::federate
