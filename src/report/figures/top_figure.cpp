// Figure: Top 1 and Top 4 accuracy, of methods with rounds against rounds (episodes), of networks that
// clients train alone against their steps, as in Chen et al. 2018, Figures 6 and 7.
#include <algorithm>
#include <cmath>

#include "report/figures/courses.hpp"
#include "report/figures/figures.hpp"
#include "report/output/table.hpp"

namespace fedmeta::report {
namespace {

CurveOf over_steps(double cost::SelfCurveRow::*value) {
  return [=](const Member& member) {
    Curve curve;
    for (const cost::SelfCurveRow& row : member.run->self_curve)
      if (std::isfinite(row.*value)) curve[row.step] = {static_cast<double>(row.step), 100 * row.*value};
    return curve;
  };
}

/// Adds a panel for each of two courses, if there is one of either.
void add_pair(Figure& figure, const Comparison& comparison, const std::string& x_title, const CurveOf& top1,
              const CurveOf& top4) {
  const Pens pens(comparison);
  std::vector<Panel> pair;
  double last = 0;
  for (const auto& [title, curve_of] : {std::pair("Top 1", &top1), std::pair("Top 4", &top4)}) {
    Panel panel{title, x_title, "accuracy (%)"};
    last = std::max(last, draw_courses(figure, panel, comparison, pens, *curve_of).value_or(0));
    pair.push_back(std::move(panel));
  }
  if (pair.front().lines.empty() || pair.back().lines.empty()) return;
  for (Panel& panel : pair) {
    set_course_axes(panel, last);
    figure.panels.push_back(std::move(panel));
  }
}

}  // namespace

Figure top_figure(const Comparison& comparison, double smoothing) {
  Figure figure{
      .name = comparison.name + "-top4",
      .title = comparison.title,
      .caption = "Top 1 and Top 4 accuracy on the query sets of " + evaluated_clients(comparison) +
                 ", after adaptation, against training rounds (episodes); below, where a client trains its "
                 "network alone, against its steps. Levels: methods without rounds. " +
                 seeds_note({&comparison}) + smoothing_note(smoothing),
      .columns = 2,
      .panel_width = 26,
      .panel_height = 20};
  add_pair(figure, comparison, "training round",
           over_rounds(comparison.split, &cost::EvaluationRow::accuracy, 100, smoothing),
           over_rounds(comparison.split, &cost::EvaluationRow::accuracy_top4, 100, smoothing));
  add_pair(figure, comparison, "steps of a client's own training", over_steps(&cost::SelfCurveRow::accuracy),
           over_steps(&cost::SelfCurveRow::accuracy_top4));
  return figure;
}

}  // namespace fedmeta::report
