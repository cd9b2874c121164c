// The papers' figures, drawn with the runs at hand.
#pragma once

#include <optional>
#include <vector>

#include "report/figures/figure_layout.hpp"
#include "report/output/figure.hpp"
#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

/// Returns nothing where none of the runs belongs into the figure. Panels without runs are left out; the
/// caption names them, and what else would have belonged.
std::optional<Figure> paper_figure(const FigureLayout& layout, const std::vector<Comparison>& comparisons);

}  // namespace fedmeta::report
