// Measures, without training, the rates of this machine from which the time of a round is predicted.
#pragma once

#include <ATen/core/Tensor.h>

#include "algorithms/method.hpp"
#include "cost/round_time.hpp"
#include "federate/federation.hpp"

namespace fedmeta::programs {

struct MeasuredRates {
  cost::MachineRates rates;
  /// FLOP/s of the fastest and the slowest of the timed tasks of the rank whose median counts.
  double fastest = rates.flops_per_second, slowest = rates.flops_per_second;
};

/// Collective; valid at the root. The compute rate is that of the slowest rank with a client task of at most
/// 50 samples and 100 steps at phi, on all ranks at once, the median of three; the default if no rank has a
/// training client. Message rates come from broadcasts and reductions as long as phi; the defaults if there
/// is only one rank.
MeasuredRates measure_rates(const federate::Federation& federation, const algorithms::Method& method,
                            const at::Tensor& phi, bool reproducible);

/// Collective. Returns, at the root, the slowest rank's seconds of evaluation for each FLOP of
/// federate::evaluation_work, on a client cut like those of measure_rates; 0 if no rank has one.
double measure_evaluation(const federate::Federation& federation, const algorithms::Method& method,
                          const at::Tensor& phi);

/// Returns the seconds of the server's step on a copy of phi.
double measure_update(const algorithms::Algorithm& algorithm, const at::Tensor& phi);

}  // namespace fedmeta::programs
