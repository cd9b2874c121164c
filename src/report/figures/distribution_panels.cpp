// Panels with distributions: over seeds, and over clients.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/figures/paper_panels.hpp"
#include "report/output/table.hpp"
#include "report/pooling/statistics.hpp"
#include "report/tables/fairness.hpp"

namespace fedmeta::report {
namespace {

/// Of the last evaluations of complete seeds, in percent, smallest first.
std::vector<double> values_of(const Runs& runs, const std::string& measure) {
  std::vector<double> values;
  for (const Member& member : runs.method->members)
    if (const auto* row = last_evaluation(member, runs.comparison->split))
      if (const double value = row->*find_measure(measure)->value; std::isfinite(value))
        values.push_back(100 * value);
  std::ranges::sort(values);
  return values;
}

/// The axis of all values, with room at both ends.
struct Range {
  double low = 100, high = 0;

  void add(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  double least() const { return std::floor(std::max(0.0, low - 2)); }
  double most() const { return std::ceil(std::min(100.0, high + 2)); }
};

/// Above `base`, at most `height` high; rows count downwards, so that above is less.
std::string density_rows(const std::vector<double>& values, const Range& range, double base, double height) {
  constexpr int steps = 300;
  std::vector<double> places;
  for (int step = 0; step <= steps; ++step)
    places.push_back(range.least() + (range.most() - range.least()) * step / steps);
  const auto density = kernel_density(values, places, /*narrowest=*/0.2);
  const double highest = *std::ranges::max_element(density);
  std::string rows;
  for (std::size_t i = 0; i < places.size(); ++i)
    rows +=
        number(places[i]) + " " + number(base - height * density[i] / highest) + " " + number(base) + "\n";
  return rows;
}

const LegendEntry& look_of(const std::string& measure) {
  static const LegendEntry initial{"initial", {"#E69F00", "1", 5}},
      personalised{"personalised", {"#0072B2", "1", 7}};
  return measure.starts_with("initial") ? initial : personalised;
}

void draw_seeds(Figure& figure, Panel& panel, const std::string& name, const LegendEntry& look,
                const std::vector<double>& values, const Range& range, double row) {
  constexpr std::size_t fewest = 3;  // seeds of which a density says something
  constexpr double base = 0.22, height = 0.7;
  if (values.size() >= fewest) {
    const auto block =
        figure.add_block(name + ", " + look.name + ": accuracy in percent, density over seeds, base",
                         density_rows(values, range, row + base, height));
    panel.bands.push_back(block + " using 1:2:3 with filledcurves fc rgb '" + look.pen.colour +
                          "' fs transparent solid 0.3 noborder");
    panel.lines.push_back(block + " using 1:2 with lines lw 1.5 lc rgb '" + look.pen.colour + "'");
  }
  const double strip = row + (look.name == "initial" ? 0.29 : 0.36);  // so that neither hides the other
  std::string rows;
  for (const double value : values) rows += number(value) + " " + number(strip) + "\n";
  panel.lines.push_back(
      figure.add_block(name + ", " + look.name + ": accuracy in percent of each seed, row", rows) +
      fmt::format(" using 1:2 with points pt {} ps 0.7 lc rgb '{}'", look.pen.mark, look.pen.colour));
  figure.add_to_legend(look.name, look.pen);
}

}  // namespace

Panel seeds_panel(Figure& figure, const FigureLayout& layout, const FigurePanel& of,
                  const std::vector<PanelCurve>& curves) {
  Panel panel{of.title, "accuracy, client mean (%)", ""};
  Range range;
  for (const PanelCurve& curve : curves)
    for (const auto& measure : of.shows)
      for (const double value : values_of(curve.runs, measure)) range.add(value);
  for (const PanelCurve& curve : curves)
    for (const auto& measure : of.shows)
      if (const auto values = values_of(curve.runs, measure); !values.empty())
        draw_seeds(figure, panel, curve.layout->runs.title, look_of(measure), values, range,
                   static_cast<double>(curve.layout - layout.curves.data()));
  panel.settings =
      fmt::format("set xrange [{:g}:{:g}]\n", range.least(), std::max(range.most(), range.least() + 1));
  if (figure.y_names.empty())
    for (const FigureCurve& curve : layout.curves) figure.y_names.push_back(curve.runs.title);
  return panel;
}

std::vector<ClientPoint> client_points(const Method& method) {
  std::map<std::int32_t, std::pair<std::vector<double>, std::vector<double>>> seeds;
  for (const Member& member : method.members)
    for (const cost::ClientRow& row : member.run->clients) {
      if (!(row.accuracy >= 0 && row.accuracy <= 1 && row.initial_accuracy >= 0 && row.initial_accuracy <= 1))
        continue;  // a damaged file
      seeds[row.client].first.push_back(100 * row.initial_accuracy);
      seeds[row.client].second.push_back(100 * row.accuracy);
    }
  std::vector<ClientPoint> points;
  for (const auto& [client, values] : seeds)
    points.push_back({summarise(values.first).mean, summarise(values.second).mean});
  return points;
}

Panel clients_panel(Figure& figure, const FigureLayout& /*layout*/, const FigurePanel& of,
                    const std::vector<PanelCurve>& curves) {
  Panel panel{of.title, "initial accuracy (%)", "personalised accuracy (%)"};
  for (const PanelCurve& curve : curves) {
    std::string rows;
    for (const auto& [before, after] : client_points(*curve.runs.method))
      rows += number(before) + " " + number(after) + "\n";
    if (rows.empty()) continue;
    const auto block = figure.add_block(
        curve.layout->runs.title + ": accuracy of a client in percent, initial, personalised", rows);
    panel.lines.push_back(block + " using 1:2 with points pt 7 ps 0.5 lc rgb '#80" +
                          curve.layout->pen.colour.substr(1) + "'");
  }
  if (panel.lines.empty()) return panel;
  const Pen diagonal{"#555555", "2", 0, 1.2};
  panel.lines.push_back("x with lines " + line_options(diagonal, 1));
  panel.settings = "set xrange [0:100]\nset yrange [0:100]\n";
  figure.add_to_legend("neither gains nor loses", diagonal);
  return panel;
}

}  // namespace fedmeta::report
