#include "report/figures/selection_figures.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "report/figures/courses.hpp"
#include "report/output/table.hpp"
#include "report/output/text_sinks.hpp"

namespace fedmeta::report {
namespace {

double rate_of(const Candidate& candidate, const std::string& name) {
  return std::ranges::find(candidate.rates, name, &std::pair<std::string, double>::first)->second;
}

/// All values of a rate, lowest first: the places of the axis.
std::vector<double> places_of(const Grid& grid, const std::string& name) {
  std::set<double> values;
  for (const Candidate& candidate : grid.candidates) values.insert(rate_of(candidate, name));
  return {values.begin(), values.end()};
}

std::string ticks(const std::string& axis, const std::vector<double>& values) {
  std::string all;
  for (std::size_t i = 0; i < values.size(); ++i)
    all += (i ? ", '" : "'") + number(values[i]) + "' " + std::to_string(i);
  return fmt::format("set {}tics ({}) scale 0\nset {}range [-0.5:{}]\n", axis, all, axis,
                     number(static_cast<double>(values.size()) - 0.5));
}

/// Candidates as cells: places, accuracy in percent, label. Dark cells have light labels, so they are blocks
/// of their own.
struct Cells {
  std::string all, light, dark, chosen;
};

Cells cells_of(const Grid& grid, const std::vector<double>& x, const std::vector<double>& y) {
  double least = 1, most = 0;
  for (const Candidate& candidate : grid.candidates) {
    if (candidate.validation.count == 0) continue;
    least = std::min(least, candidate.validation.mean);
    most = std::max(most, candidate.validation.mean);
  }
  Cells cells;
  for (const Candidate& candidate : grid.candidates) {
    const auto column = std::ranges::find(x, rate_of(candidate, grid.varying[0])) - x.begin();
    const auto row = y.empty() ? 0 : std::ranges::find(y, rate_of(candidate, grid.varying[1])) - y.begin();
    const auto place = fmt::format("{} {}", column, row);
    const double value = candidate.validation.mean;
    if (candidate.validation.count == 0) {
      cells.light += place + " \"" + candidate.status + "\"\n";
      continue;
    }
    cells.all += place + " " + number(100 * value) + "\n";
    (value > (least + most) / 2 ? cells.dark : cells.light) +=
        fmt::format("{} \"{:.1f}\"\n", place, 100 * value);
    if (candidate.status == "chosen") cells.chosen = place + "\n";
  }
  return cells;
}

void add_labels(Figure& figure, Panel& panel, const std::string& rows, const std::string& colour) {
  if (!rows.empty())
    panel.lines.push_back(figure.add_block("places, accuracy in percent as text", rows) +
                          " using 1:2:3 with labels tc rgb '" + colour + "'");
}

std::size_t most_seeds(const Grid& grid) {
  std::size_t most = 0;
  for (const Candidate& candidate : grid.candidates) most = std::max(most, candidate.validation.count);
  return most;
}

Figure map_of(const Comparison& comparison, const Grid& grid, const std::string& name) {
  const auto x = places_of(grid, grid.varying[0]);
  const auto y = grid.varying.size() > 1 ? places_of(grid, grid.varying[1]) : std::vector<double>{};
  const auto rows = std::max<std::size_t>(1, y.size());
  Figure figure{.name = name,
                .title = grid.algorithm + ": validation accuracy (%), " + comparison.title,
                .caption = grid.algorithm +
                           ": accuracy (%) of the validation clients at the last evaluation, after "
                           "adaptation, by learning rates; mean over at most " +
                           counted(most_seeds(grid), "complete seed") + ", " +
                           counted(grid.candidates.size(), "candidate") + ". Framed: the chosen one.",
                .panel_width = std::max(16.0, 5.5 * static_cast<double>(x.size())),
                .panel_height = std::max(3.5, 3.0 * static_cast<double>(rows))};
  Panel panel{"", option_name(grid.varying[0]), y.empty() ? "" : option_name(grid.varying[1])};
  const auto cells = cells_of(grid, x, y);
  if (!cells.all.empty())
    panel.bands.push_back(
        figure.add_block("places, accuracy in percent", cells.all) +
        " using 1:2:($1-0.5):($1+0.5):($2-0.5):($2+0.5):3 with boxxyerror fc palette fs solid "
        "noborder");
  add_labels(figure, panel, cells.light, "#000000");
  add_labels(figure, panel, cells.dark, "#FFFFFF");
  if (!cells.chosen.empty())
    panel.lines.push_back(
        figure.add_block("places of the chosen one", cells.chosen) +
        " using 1:2:($1-0.47):($1+0.47):($2-0.47):($2+0.47) with boxxyerror lc rgb '#D55E00' lw 3 fs empty");
  panel.settings = ticks("x", x) + (y.empty() ? "unset ytics\nset yrange [-0.5:0.5]\n" : ticks("y", y)) +
                   "unset grid\nunset colorbox\nset palette defined (0 '#DEEBF7', 1 '#08519C')\n";
  figure.panels.push_back(std::move(panel));
  return figure;
}

}  // namespace

std::vector<Figure> selection_figures(const Comparison& comparison) {
  std::vector<Figure> figures;
  FileNames names;
  for (const Grid& grid : comparison.grids) {
    if (grid.varying.empty() || grid.varying.size() > 2) continue;
    figures.push_back(
        map_of(comparison, grid, names.unique(comparison.name + "-selection-" + grid.algorithm)));
  }
  return figures;
}

}  // namespace fedmeta::report
