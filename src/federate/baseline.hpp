// Methods without rounds: every test client by itself (SELF in Chen et al. 2018, section 4.3).
#pragma once

#include <string>
#include <vector>

#include "federate/training.hpp"

namespace fedmeta::federate {

/// self: the network trained from scratch on the client's support set, `self_steps` steps of the local
/// optimiser. mfu, mru, nb: src/data/sets/production_baselines.hpp, of clients that are stored as indices in
/// the order of time.
const std::vector<std::string>& baseline_names();
bool is_baseline(const std::string& algorithm);
/// These and mixed, which are compared on the production task only.
bool is_of_production(const std::string& algorithm);
/// Whether it trains a network: self.
bool has_parameters(const std::string& algorithm);

/// Algorithmic FLOPs of what self trains for a client with so large a support set, F per forward sample.
std::int64_t self_flops(const algorithms::Protocol& protocol, std::int64_t f, std::int64_t support);

/// Collective. As a training that has no rounds: one evaluation of each split, after round 0. The target is
/// left out, for nothing was spent at a server. `phi` of the outcome: where self starts from; of the others
/// not defined, and their losses are not numbers. `observer` as in Training::run. Throws
/// AgreedError(usage) where mfu, mru or nb meet other data.
Outcome run_baseline(const Federation& federation, const algorithms::Protocol& protocol,
                     const algorithms::RunPlan& plan, model::Initialisation initialisation,
                     Observer* observer, Validity& validity);

}  // namespace fedmeta::federate
