// How many clients a rank computes together.
#pragma once

#include <cstdint>

#include "federate/federation.hpp"
#include "federate/run_plan.hpp"

namespace fedmeta::federate {

/// As many as the engine wants and as the rank's memory for groups holds, if each keeps so many steps of its
/// inner loop; at least one. One where sums are to be reproducible: products of several clients' rows may
/// round otherwise than those of one, so that a client's bits would depend on those beside it.
std::int64_t clients_at_a_time(const Federation& federation, const RunPlan& plan, std::int64_t kept_steps);

}  // namespace fedmeta::federate
