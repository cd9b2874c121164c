// Figures of several data sets beside each other, as in Chen et al. 2018: Figure 2 has 20% support, Figure 4
// 50%, Figure 5 90%.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/joined.hpp"
#include "data/registry.hpp"
#include "report/figures/courses.hpp"
#include "report/figures/figures.hpp"
#include "report/figures/panels.hpp"
#include "report/output/table.hpp"
#include "report/pooling/totals.hpp"

namespace fedmeta::report {
namespace {

using Row = std::vector<const Comparison*>;

std::size_t complete_runs(const Comparison& comparison) {
  std::size_t count = 0;
  for (const Method& method : comparison.methods) count += method.members.size();
  return count;
}

/// Returns the comparisons of one support share and division, in the order of the list of data sets: of each
/// data set the one with the most complete runs.
Row one_of_each(const Row& all) {
  Row row;
  for (const auto& dataset : data::datasets()) {
    const Comparison* best = nullptr;
    for (const Comparison* comparison : all)
      if (comparison->setting.dataset == dataset.name &&
          (!best || complete_runs(*comparison) > complete_runs(*best)))
        best = comparison;
    if (best) row.push_back(best);
  }
  return row;
}

std::string titles_of(const Row& row) {
  std::vector<std::string> titles;
  for (const Comparison* comparison : row) titles.push_back(comparison->title);
  return joined(titles, "; ");
}

Figure empty_figure(const Row& row, const std::string& name, const std::string& caption) {
  const auto percent = std::to_string(std::lround(100 * row.front()->setting.support_fraction));
  return {.name = "data-sets-" + percent + name,
          .title = percent + "% support",
          .caption = caption + " " + titles_of(row) + ". " + seeds_note(row),
          .columns = row.size(),
          .wide = true,
          .panel_width = 22,
          .panel_height = 16};
}

/// Panels of a row have their data sets' own ranges; the first alone names the axis.
void add_row(Figure& figure, const Row& row, const std::function<Panel(const Comparison&)>& panel_of) {
  const bool first_row = figure.panels.empty();
  for (const Comparison* comparison : row) {
    Panel panel = panel_of(*comparison);
    if (first_row) panel.title = data_title(comparison->setting);
    if (comparison != row.front()) panel.y_title.clear();
    figure.panels.push_back(std::move(panel));
  }
}

Panel over_rounds_panel(Figure& figure, const Comparison& comparison, const Pens& pens,
                        const std::string& y_title, double cost::EvaluationRow::*value, double scale,
                        double smoothing) {
  Panel panel{"", "training round", y_title};
  const auto last =
      draw_courses(figure, panel, comparison, pens, over_rounds(comparison.split, value, scale, smoothing));
  set_course_axes(panel, last);
  return panel;
}

Figure rounds_and_clients(const Row& row, double smoothing) {
  Figure figure =
      empty_figure(row, "", "Accuracy and loss on query sets after adaptation, against training rounds.");
  const Pens pens(row);
  add_row(figure, row, [&](const Comparison& comparison) {
    return over_rounds_panel(figure, comparison, pens, "accuracy (%)", &cost::EvaluationRow::accuracy, 100,
                             smoothing);
  });
  add_row(figure, row, [&](const Comparison& comparison) {
    return over_rounds_panel(figure, comparison, pens, "loss", &cost::EvaluationRow::loss, 1, smoothing);
  });
  std::size_t most = 0;
  add_row(figure, row,
          [&](const Comparison& comparison) { return density_panel(figure, comparison, pens, most); });
  figure.caption += smoothing_note(smoothing) + " Last row: " + density_note(most);
  return figure;
}

Figure spending(const Row& row) {
  Figure figure = empty_figure(row, "-spending",
                               "Accuracy on query sets after adaptation, against what training had spent.");
  const Pens pens(row);
  std::vector<Resource> shown{Resource::bytes, Resource::flops};
  if (std::all_of(row.begin(), row.end(), [](const Comparison* each) { return on_one_machine(*each); }))
    shown.push_back(Resource::seconds);
  else
    figure.caption += " Seconds are left out: some runs were made on several machines.";
  for (const Resource resource : shown)
    add_row(figure, row, [&](const Comparison& comparison) {
      Panel panel = spending_panel(figure, comparison, pens, resource);
      panel.y_title = "accuracy (%)";
      return panel;
    });
  return figure;
}

}  // namespace

std::vector<Figure> data_set_figures(const std::vector<Comparison>& comparisons, double smoothing) {
  std::map<std::pair<double, std::string>, Row> alike;
  for (const Comparison& comparison : comparisons)
    alike[{comparison.setting.support_fraction, comparison.setting.division}].push_back(&comparison);
  std::vector<Figure> figures;
  for (const auto& [key, all] : alike) {
    const Row row = one_of_each(all);
    if (row.size() < 2) continue;
    figures.push_back(rounds_and_clients(row, smoothing));
    figures.push_back(spending(row));
  }
  return figures;
}

}  // namespace fedmeta::report
