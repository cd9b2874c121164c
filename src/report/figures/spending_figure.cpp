// Figure: accuracy against what it took: FLOPs, bytes and, on one machine, seconds.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/figures/figures.hpp"
#include "report/output/table.hpp"
#include "report/output/text_sinks.hpp"
#include "report/pooling/statistics.hpp"
#include "report/pooling/totals.hpp"

namespace fedmeta::report {
namespace {

/// Spent until an evaluation, and the accuracy there.
struct Point {
  double flops = 0, bytes = 0, seconds = 0, accuracy = 0;
};

std::map<std::int32_t, Point> points_of(const Member& member, const std::string& split) {
  std::map<std::int32_t, Point> points;
  Point spent;
  auto row = member.run->rounds.begin();
  for (const auto& evaluation : member.run->evaluations) {
    if (evaluation.split != split || !std::isfinite(evaluation.accuracy)) continue;
    for (; row != member.run->rounds.end() && row->round <= evaluation.round; ++row) {
      spent.flops += static_cast<double>(row->flops);
      spent.bytes += static_cast<double>(row->bytes_down) + static_cast<double>(row->bytes_up);
      spent.seconds += row->seconds;
    }
    spent.accuracy = evaluation.accuracy;
    points[evaluation.round] = spent;
  }
  return points;
}

/// Returns means over the complete seeds, at evaluations that all of them have.
std::vector<Point> mean_points(const Method& method, const std::string& split) {
  std::vector<std::map<std::int32_t, Point>> seeds;
  for (const Member& member : method.members) seeds.push_back(points_of(member, split));
  std::vector<Point> means;
  if (seeds.empty()) return means;
  for (const auto& [round, first] : seeds.front()) {
    if (!std::all_of(seeds.begin(), seeds.end(),
                     [round = round](const auto& seed) { return seed.contains(round); }))
      continue;
    Point mean;
    for (double Point::*value : {&Point::flops, &Point::bytes, &Point::seconds, &Point::accuracy}) {
      std::vector<double> values;
      for (const auto& seed : seeds) values.push_back(seed.at(round).*value);
      mean.*value = summarise(values).mean;
    }
    means.push_back(mean);
  }
  return means;
}

struct Panel {
  double Point::*value;
  const char* title;
  const char* unit;
  double largest = 0;
};

}  // namespace

Figure spending_figure(const Comparison& comparison) {
  Figure figure;
  figure.name = comparison.name + "-spending";
  std::vector<Panel> panels{{&Point::flops, "training computation", "FLOP"},
                            {&Point::bytes, "communication", "B"}};
  if (on_one_machine(comparison)) panels.push_back({&Point::seconds, "time of training", "s"});
  std::vector<std::pair<std::size_t, std::vector<Point>>> courses;
  for (std::size_t m = 0; m < comparison.methods.size(); ++m)
    if (auto points = mean_points(comparison.methods[m], comparison.split); points.size() > 1)
      courses.emplace_back(m, std::move(points));
  for (auto& panel : panels)
    for (const auto& course : courses)
      panel.largest = std::max(panel.largest, course.second.back().*panel.value);
  if (panels.front().largest <= 0 && panels[1].largest <= 0) return figure;

  for (const auto& [m, points] : courses) {
    figure.data +=
        "# " + gnuplot_comment(comparison.methods[m].name) + ": accuracy in percent, FLOP, bytes, seconds\n";
    for (const Point& point : points)
      figure.data += number(100 * point.accuracy) + " " + number(point.flops) + " " + number(point.bytes) +
                     " " + number(point.seconds) + "\n";
    figure.data += "\n\n";
  }
  constexpr int left = 100, panel_width = 270, gap = 30;
  const int key = 200 + room_for_names(comparison), count = static_cast<int>(panels.size());
  figure.width = left + count * panel_width + (count - 1) * gap + key;
  figure.height = 380;
  const auto part = [&](int pixels) { return number(static_cast<double>(pixels) / figure.width); };
  figure.caption =
      "Accuracy on the query sets of the " + comparison.split +
      " clients, after adaptation, against what training had spent by then; mean over complete seeds, at "
      "evaluations that all of them have.";
  figure.script = "set multiplot layout 1," + std::to_string(count) + " title " +
                  gnuplot_string(comparison.title) + " margins screen " + part(left) + "," +
                  part(figure.width - key) + ",0.19,0.85 spacing screen " + part(gap) +
                  "\nset grid back lc rgb '#dddddd' lt 1\nset yrange [0:100]\nset ylabel " +
                  gnuplot_string(comparison.split + " accuracy (%)") + "\nunset key\n";
  for (std::size_t p = 0; p < panels.size(); ++p) {
    const auto [factor, prefix] = scale_for(panels[p].largest);
    std::string lines;
    for (std::size_t c = 0; c < courses.size(); ++c)
      lines += (c ? ", \\\n  " : "") +
               fmt::format("data index {} using (${}*{}):1 with linespoints {} title {}", c, p + 2,
                           number(factor), line_style(comparison, courses[c].first, courses[c].second.size()),
                           gnuplot_string(comparison.methods[courses[c].first].name));
    if (p + 1 == panels.size())
      figure.script += "set key at screen " + part(figure.width - key + 15) +
                       ",0.8 left top Left reverse samplen 2 spacing 1.3\n";
    figure.script += "set xlabel '" + std::string(panels[p].title) + " (" + prefix + panels[p].unit +
                     ")'\nset xrange [0:" + number(std::max(panels[p].largest * factor, 1e-9)) + "]\nplot " +
                     lines + "\n";
    if (p == 0) figure.script += "set format y ''\nunset ylabel\n";
  }
  figure.script += "unset multiplot\n";
  return figure;
}

}  // namespace fedmeta::report
