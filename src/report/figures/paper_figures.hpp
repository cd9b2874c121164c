// The papers' figures, drawn with the runs at hand.
#pragma once

#include <optional>
#include <vector>

#include "report/figures/figure_layout.hpp"
#include "report/output/figure.hpp"
#include "report/pooling/comparison.hpp"
#include "report/tables/left_out.hpp"

namespace fedmeta::report {

/// Its curves, each on the data of the panels that it may be in.
std::vector<Place> places_of(const FigureLayout& layout);

/// Returns nothing where none of the runs belongs into the figure. Panels without runs are left out; the
/// caption names them, and what else would have belonged.
std::optional<Figure> paper_figure(const FigureLayout& layout, const std::vector<Comparison>& comparisons);

}  // namespace fedmeta::report
