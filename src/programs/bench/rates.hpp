// What a prediction of a round's time starts from, measured on the machine at hand without training.
#pragma once

#include <ATen/core/Tensor.h>

#include "algorithms/method.hpp"
#include "cost/round_time.hpp"
#include "federate/federation.hpp"

namespace fedmeta::programs {

/// Collective; valid at the root. Client tasks: one of at most 50 samples and 100 steps at phi, on all ranks
/// at once, the slowest counts; the default where no rank has a training client at hand. Messages: broadcasts
/// and reductions as long as phi; the defaults where there is one rank.
cost::MachineRates measure_rates(const federate::Federation& federation, const algorithms::Method& method,
                                 const at::Tensor& phi, bool reproducible);

/// Seconds of the server's step on a copy of phi.
double measure_update(const algorithms::Algorithm& algorithm, const at::Tensor& phi);

}  // namespace fedmeta::programs
