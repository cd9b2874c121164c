// What a run starts from: fresh parameters, or those of a saved model.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "algorithms/algorithm.hpp"
#include "model/network.hpp"

namespace fedmeta::federate {

/// How the parameters of a run begin.
struct Start {
  model::Initialisation initialisation = model::Initialisation::tf;
  /// Theta [P], and behind it whatever else the model has learnt. fp32, on the CPU, the same on all ranks.
  /// Undefined: fresh parameters.
  at::Tensor model = {};
};

/// Returns theta [P] on the CPU: the model's, or fresh ones by the seed.
at::Tensor initial_theta(const Start& start, const model::Network& network, std::int64_t seed);

/// Returns the first phi on the CPU. What the algorithm learns beside theta is the model's where that has it,
/// else the algorithm's own.
at::Tensor initial_phi(const Start& start, const model::Network& network,
                       const algorithms::Algorithm& algorithm, std::int64_t seed);

}  // namespace fedmeta::federate
