// Panels of the papers' figures, by kind of layout. Each adds its data and legend to the figure; one without
// lines has nothing to show.
#pragma once

#include <vector>

#include "report/figures/figure_layout.hpp"
#include "report/output/figure.hpp"
#include "report/tables/layout_match.hpp"

namespace fedmeta::report {

/// A curve of the layout, and the runs that it shows in a panel.
struct PanelCurve {
  const FigureCurve* layout;
  Runs runs;
};

/// Courses over rounds with bands of one standard deviation; where they are smoothed, as measured thin below,
/// and where the source's values at the end are known, marks at the right.
Panel rounds_panel(Figure& figure, const FigureLayout& layout, const FigurePanel& panel,
                   const std::vector<PanelCurve>& curves);

/// Mean accuracy of the test clients over epochs of personalisation.
Panel personalisation_panel(Figure& figure, const FigureLayout& layout, const FigurePanel& panel,
                            const std::vector<PanelCurve>& curves);

/// A row for each curve of the layout: its seeds' values at the last evaluation as points, with their density
/// above, scaled to one height.
Panel seeds_panel(Figure& figure, const FigureLayout& layout, const FigurePanel& panel,
                  const std::vector<PanelCurve>& curves);

/// Points for the test clients, accuracy after over before adaptation, mean over complete seeds.
Panel clients_panel(Figure& figure, const FigureLayout& layout, const FigurePanel& panel,
                    const std::vector<PanelCurve>& curves);

/// Accuracies (%) of each test client before and after adaptation, mean over the complete seeds that have it.
struct ClientPoint {
  double before, after;
};
std::vector<ClientPoint> client_points(const Method& method);

}  // namespace fedmeta::report
