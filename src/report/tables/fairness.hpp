// How accuracy spreads over clients.
#pragma once

#include <vector>

#include "report/output/table.hpp"
#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

/// Returns the accuracies of a run's clients at the last evaluation, after adaptation, smallest first; those
/// that are fractions alone, since a damaged file may have others.
std::vector<double> client_accuracies(const record::Run& run);

/// Returns the value below which a share of the sorted values lies, interpolated linearly. There must be one.
double percentile(const std::vector<double>& sorted, double share);

/// Spread over clients of each method: variance, percentiles, worst and best tenth; mean over complete seeds.
/// Without rows where no run has clients.
ReportTable fairness_table(const Comparison& comparison);

/// A density by Gaussian kernels at each of the places, with Silverman's bandwidth (at least `narrowest`).
std::vector<double> kernel_density(const std::vector<double>& sorted, const std::vector<double>& places,
                                   double narrowest);

}  // namespace fedmeta::report
