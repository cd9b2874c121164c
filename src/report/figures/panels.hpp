// Panels that several figures have. Each adds its data and methods to the figure, and has no lines where the
// comparison has nothing to show.
#pragma once

#include "report/figures/pens.hpp"
#include "report/output/figure.hpp"
#include "report/pooling/comparison.hpp"
#include "report/pooling/to_target.hpp"

namespace fedmeta::report {

/// Accuracy (%) against what training had spent by then. The axis has the SI prefix of the largest amount.
Panel spending_panel(Figure& figure, const Comparison& comparison, const Pens& pens, Resource resource);

/// Density of the clients' accuracies at the last evaluation, after adaptation, complete seeds together:
/// Gaussian kernels, Silverman's bandwidth, at least one percentage point. Adds to `most` nothing less than
/// the largest number of values of a method.
Panel density_panel(Figure& figure, const Comparison& comparison, const Pens& pens, std::size_t& most);

/// What captions say of the latter.
std::string density_note(std::size_t most);

/// Returns "computation (TFLOP)", for the prefix "T".
std::string spending_title(Resource resource, const std::string& prefix);

}  // namespace fedmeta::report
