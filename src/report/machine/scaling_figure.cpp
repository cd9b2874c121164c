// Figure: speed against ranks, in strong and in weak scaling.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

#include "report/machine/scaling.hpp"
#include "report/output/text_sinks.hpp"

namespace fedmeta::report {
namespace {

constexpr int left = 110, right = 30, panel_width = 330, gap = 70, letter = 8;  // pixels

/// Speed in ranks: that of the fewest ranks is their number, so that one ideal line serves all series.
std::string block(const ScalingSeries& series) {
  std::string data = "# " + gnuplot_comment(series.name) + ": ranks, speed in ranks\n";
  for (const auto& point : series.points)
    data += number(point.ranks) + " " + number(point.speed * series.points.front().ranks) + "\n";
  return data + "\n\n";
}

/// Series of one algorithm share its colour.
std::string style(const std::vector<ScalingSeries>& all, std::size_t index) {
  static constexpr std::array dashes{"1", "'-'", "'.'", "'-.'", "'_. '"};
  static constexpr std::array marks{7, 5, 9, 11, 13, 4, 6, 8, 10, 12};
  const auto& series = all[index];
  const auto before = std::count_if(
      all.begin(), all.begin() + static_cast<std::ptrdiff_t>(index),
      [&](const auto& other) { return other.algorithm == series.algorithm && other.weak == series.weak; });
  return fmt::format("lc rgb '{}' lw 2 dt {} pt {} ps 0.9", colour(series.algorithm),
                     dashes[static_cast<std::size_t>(before) % dashes.size()], marks[index % marks.size()]);
}

struct Panel {
  bool weak;
  std::vector<std::size_t> series;  ///< indices
};

std::vector<Panel> panels_of(const std::vector<ScalingSeries>& all) {
  std::vector<Panel> panels;
  for (const bool weak : {false, true}) {
    Panel panel{weak, {}};
    for (std::size_t s = 0; s < all.size(); ++s)
      if (all[s].weak == weak) panel.series.push_back(s);
    if (!panel.series.empty()) panels.push_back(panel);
  }
  return panels;
}

std::string plot(const std::vector<ScalingSeries>& all, const Panel& panel) {
  std::string lines = "x with lines lc rgb '#999999' lw 1.5 dt 2 title 'ideal'";
  for (const auto s : panel.series)
    lines += fmt::format(", \\\n  data index {} using 1:2 with linespoints {} title {}", s, style(all, s),
                         gnuplot_string(all[s].name));
  return fmt::format("set title '{} scaling'\nplot {}\n", panel.weak ? "weak" : "strong", lines);
}

/// What the axes and the caption must hold.
struct Extent {
  std::set<double> ranks;
  double lowest, highest;   ///< speed
  std::size_t longest = 0;  ///< name, in letters
  std::size_t points = 0, runs = 0;
};

Extent extent_of(const std::vector<ScalingSeries>& all) {
  const double first = all.front().points.front().ranks;
  Extent extent{.ranks = {}, .lowest = first, .highest = first};
  for (const auto& series : all) {
    constexpr std::size_t as_shortened = 80;
    extent.longest = std::max(extent.longest, std::min(series.name.size(), as_shortened));
    extent.points += series.points.size();
    for (const auto& point : series.points) {
      const double speed = point.speed * series.points.front().ranks;
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
  return "set grid back lc rgb '#dddddd' lt 1\nset logscale xy 2\nset xlabel 'ranks'\nset ylabel 'speed "
         "(ranks)'\nset xtics (" +
         ticks + ")\nset xrange [" + number(*extent.ranks.begin() / 1.2) + ":" +
         number(*extent.ranks.rbegin() * 1.2) + "]\nset yrange [" + number(extent.lowest / 1.3) + ":" +
         number(extent.highest * 1.3) + "]\n";
}

}  // namespace

Figure scaling_figure(const Comparison& comparison) {
  Figure figure;
  figure.name = comparison.name + "-scaling";
  const auto all = scaling(comparison);
  if (all.empty()) return figure;
  for (const auto& series : all) figure.data += block(series);
  const auto extent = extent_of(all);
  const auto panels = panels_of(all);
  std::size_t most = 0;
  for (const auto& panel : panels) most = std::max(most, panel.series.size());

  const int count = static_cast<int>(panels.size());
  const int key = 30 + 20 * static_cast<int>(most + 1);  // below the panels
  const int for_names = left + 60 + letter * static_cast<int>(extent.longest);
  figure.width = std::max(left + count * panel_width + (count - 1) * gap + right, count * for_names);
  figure.height = 400 + key;
  figure.caption = fmt::format(
      "Speed in clients per second against the number of ranks, {}; n = {} points, each the mean of its "
      "complete runs ({} in all). The speed of a series' fewest ranks is drawn as their number: the dashed "
      "line is ideal for all.",
      comparison.title, extent.points, extent.runs);
  const auto x = [&](int pixels) { return number(static_cast<double>(pixels) / figure.width); };
  const auto y = [&](int pixels) { return number(static_cast<double>(pixels) / figure.height); };
  figure.script = "set multiplot layout 1," + std::to_string(count) + " title " +
                  gnuplot_string(comparison.title) + " margins screen " + x(left) + "," +
                  x(figure.width - right) + "," + y(key + 60) + "," + y(figure.height - 75) +
                  " spacing screen " + x(gap) + "\n" + axes(extent) +
                  "set key below left Left reverse samplen 2 spacing 1.2 maxcols 1\n";
  for (const auto& panel : panels) figure.script += plot(all, panel) + "unset ylabel\n";
  figure.script += "unset multiplot\n";
  return figure;
}

}  // namespace fedmeta::report
