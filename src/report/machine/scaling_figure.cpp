// Figure: speed against ranks, in strong and in weak scaling.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

#include "report/figures/pens.hpp"
#include "report/machine/scaling.hpp"

namespace fedmeta::report {
namespace {

/// Speed in ranks: that of the fewest ranks is their number, so that one ideal line serves all series.
double speed_in_ranks(const ScalingSeries& series, const ScalingPoint& point) {
  return point.speed * series.points.front().ranks;
}

std::string rows_of(const ScalingSeries& series) {
  std::string rows;
  for (const auto& point : series.points)
    rows += number(point.ranks) + " " + number(speed_in_ranks(series, point)) + "\n";
  return rows;
}

/// Series of one algorithm share its colour.
Pen pen_of(const std::vector<ScalingSeries>& all, std::size_t index) {
  static constexpr std::array dashes{"1", "'-'", "'.'", "'-.'", "'_. '"};
  static constexpr std::array marks{7, 5, 9, 11, 13, 4, 6, 8, 10, 12};
  const auto& series = all[index];
  const auto before = std::count_if(
      all.begin(), all.begin() + static_cast<std::ptrdiff_t>(index),
      [&](const auto& other) { return other.algorithm == series.algorithm && other.weak == series.weak; });
  return {colour(series.algorithm), dashes[static_cast<std::size_t>(before) % dashes.size()],
          marks[index % marks.size()]};
}

/// What the axes and the caption must hold.
struct Extent {
  std::set<double> ranks;
  double lowest, highest;  ///< speed
  std::size_t points = 0, runs = 0;
};

Extent extent_of(const std::vector<ScalingSeries>& all) {
  const double first = all.front().points.front().ranks;
  Extent extent{.ranks = {}, .lowest = first, .highest = first};
  for (const auto& series : all) {
    extent.points += series.points.size();
    for (const auto& point : series.points) {
      const double speed = speed_in_ranks(series, point);
      extent.ranks.insert(point.ranks);
      extent.lowest = std::min({extent.lowest, speed, point.ranks});
      extent.highest = std::max({extent.highest, speed, point.ranks});
      extent.runs += point.seconds.count;
    }
  }
  return extent;
}

/// Both axes in powers of two, with a tick at each number of ranks.
std::string axes(const Extent& extent) {
  std::string ticks;
  for (const double count : extent.ranks) ticks += (ticks.empty() ? "" : ", ") + number(count);
  return "set logscale xy 2\nset xtics (" + ticks + ")\nset xrange [" + number(*extent.ranks.begin() / 1.2) +
         ":" + number(*extent.ranks.rbegin() * 1.2) + "]\nset yrange [" + number(extent.lowest / 1.3) + ":" +
         number(extent.highest * 1.3) + "]\n";
}

void add_panel(Figure& figure, const std::vector<ScalingSeries>& all, bool weak, const Extent& extent) {
  const Pen ideal{"#999999", "2", 0, 1.5};
  Panel panel{weak ? "weak scaling" : "strong scaling", "ranks", "speed (ranks)", axes(extent)};
  panel.lines.push_back("x with lines " + line_options(ideal, 1));
  for (std::size_t s = 0; s < all.size(); ++s) {
    if (all[s].weak != weak) continue;
    const auto block = figure.add_block(all[s].name + ": ranks, speed in ranks", rows_of(all[s]));
    panel.lines.push_back(block + " using 1:2 with linespoints " +
                          line_options(pen_of(all, s), all[s].points.size()));
    figure.add_to_legend(all[s].name, pen_of(all, s));
  }
  if (panel.lines.size() < 2) return;
  figure.add_to_legend("ideal", ideal);
  figure.panels.push_back(std::move(panel));
}

}  // namespace

Figure scaling_figure(const Comparison& comparison) {
  Figure figure{.name = comparison.name + "-scaling",
                .title = comparison.title,
                .caption = "",
                .panel_width = 24,
                .panel_height = 24};
  const auto all = scaling(comparison);
  if (all.empty()) return figure;
  const auto extent = extent_of(all);
  for (const bool weak : {false, true}) add_panel(figure, all, weak, extent);
  figure.columns = figure.panels.size();
  figure.caption = fmt::format(
      "Speed in clients per second against the number of ranks, {}; n = {} points, each the mean of its "
      "complete runs ({} in all). The speed of a series' fewest ranks is drawn as their number: the dashed "
      "line is ideal for all.",
      comparison.title, extent.points, extent.runs);
  return figure;
}

}  // namespace fedmeta::report
