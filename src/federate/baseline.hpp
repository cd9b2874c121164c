// Methods without rounds, which treat every test client by itself (SELF in Chen et al. 2018, section 4.3).
#pragma once

#include "algorithms/method.hpp"
#include "federate/training.hpp"

namespace fedmeta::federate {

/// Collective. Like a training without rounds: evaluates each split once, after round 0. Reports no target,
/// since a server spent nothing. The outcome's `phi` is the network's initial theta; it is undefined for
/// methods without a network, whose losses are NaN. `observer` is as in Training::run. Throws
/// AgreedError(usage) if a method that counts uses is given other data.
Outcome run_baseline(const Federation& federation, const algorithms::Method& method, const RunPlan& plan,
                     const Start& start, Observer* observer, Validity& validity);

}  // namespace fedmeta::federate
