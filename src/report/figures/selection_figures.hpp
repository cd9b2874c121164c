// Maps of what --select had to choose from.
#pragma once

#include <vector>

#include "report/output/figure.hpp"
#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

/// A map for each grid of one or two rates: validation accuracy, by shade and in percent, the chosen cell
/// framed. Grids of more rates have none.
std::vector<Figure> selection_figures(const Comparison& comparison);

}  // namespace fedmeta::report
