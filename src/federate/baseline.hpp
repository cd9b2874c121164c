// Methods without rounds: every test client by itself (SELF in Chen et al. 2018, section 4.3).
#pragma once

#include "algorithms/method.hpp"
#include "federate/training.hpp"

namespace fedmeta::federate {

/// Collective. As a training that has no rounds: one evaluation of each split, after round 0. The target is
/// left out, for nothing was spent at a server. `phi` of the outcome: where a network starts from; not
/// defined without one, whose losses are no numbers. `observer` as in Training::run. Throws
/// AgreedError(usage) where a method that counts uses meets other data.
Outcome run_baseline(const Federation& federation, const algorithms::Method& method, const RunPlan& plan,
                     model::Initialisation initialisation, Observer* observer, Validity& validity);

}  // namespace fedmeta::federate
