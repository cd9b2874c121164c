// Figure: Top 1 and Top 4 accuracy against rounds, as in Chen et al. 2018, Figures 6 and 7.
#include <algorithm>

#include "report/figures/courses.hpp"
#include "report/figures/figures.hpp"
#include "report/output/table.hpp"

namespace fedmeta::report {

Figure top_figure(const Comparison& comparison, double smoothing) {
  Figure figure{.name = comparison.name + "-top4",
                .title = comparison.title,
                .caption = "Top 1 (left) and Top 4 accuracy on the query sets of " +
                           evaluated_clients(comparison) +
                           ", after adaptation, against training rounds (episodes). " +
                           seeds_note({&comparison}) + smoothing_note(smoothing),
                .columns = 2,
                .panel_width = 26,
                .panel_height = 20};
  const Pens pens(comparison);
  const auto add = [&](const std::string& title, double cost::EvaluationRow::*value) {
    Panel panel{title, "training round", "accuracy (%)"};
    const auto last =
        draw_courses(figure, panel, comparison, pens, over_rounds(comparison.split, value, 100, smoothing));
    panel.settings = "set xrange [0:" + number(std::max(last.value_or(0), 1.0)) + "]\n";
    figure.panels.push_back(std::move(panel));
    return last.has_value();
  };
  add("Top 1", &cost::EvaluationRow::accuracy);
  if (!add("Top 4", &cost::EvaluationRow::accuracy_top4)) figure.panels.clear();
  return figure;
}

}  // namespace fedmeta::report
