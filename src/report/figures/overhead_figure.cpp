// Figure of system overhead, as in the paper: the cost of each method to reach the target accuracy.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "report/figures/figures.hpp"
#include "report/output/table.hpp"
#include "report/output/text_sinks.hpp"
#include "report/pooling/to_target.hpp"
#include "report/pooling/totals.hpp"

namespace fedmeta::report {
namespace {

// In pixels, of the widest of the fonts that stand in for Helvetica.
constexpr int panel_width = 320, panel_gap = 24, names_width = 140;
constexpr double letter_width = 9.2;

/// Returns a step of 1, 2 or 5 times a power of ten, of which at most four fit into `largest`.
double tick_step(double largest) {
  const double power = std::pow(10, std::floor(std::log10(std::max(largest, 1e-9) / 4)));
  for (double step : {1.0, 2.0, 5.0})
    if (step * power * 4 >= largest) return step * power;
  return 10 * power;
}

struct Bar {
  double amount, deviation;
  bool reached;  ///< by all seeds
  std::string label;
};

/// Returns the amount, the factor, and how many seeds reached the target if not all did.
std::string label_of(const Comparison& comparison, const Method& method, const ToTarget& spent,
                     Resource resource, double scale) {
  if (spent.seeds == 0) return "not evaluated";
  const auto amount = fmt::format("{}{:.3g}", spent.exact() ? "" : ">", scale * spent.of(resource).mean);
  if (spent.reached == 0) return amount + ", not reached";
  std::string label = amount;
  if (!spent.exact()) label += fmt::format(", {} of {} seeds", spent.reached, spent.seeds);
  const auto factor = reduction(comparison, method, resource);
  if (factor && baseline_of(comparison, method) != &method) label += " (" + shown(*factor) + ")";
  return label;
}

Scale scale_of(const Comparison& comparison, Resource resource) {
  double largest = 0;
  for (const Method& method : comparison.methods)
    largest = std::max(largest, to_target(comparison, method).of(resource).mean);
  return scale_for(largest);
}

std::vector<Bar> bars_of(const Comparison& comparison, Resource resource, double scale) {
  std::vector<Bar> bars;
  for (const Method& method : comparison.methods) {
    const ToTarget spent = to_target(comparison, method);
    const auto& amount = spent.of(resource);
    bars.push_back({scale * amount.mean, spent.exact() ? scale * amount.deviation.value_or(0) : 0,
                    spent.exact(), label_of(comparison, method, spent, resource, scale)});
  }
  return bars;
}

/// Returns the part of a panel's width that labels need to the right of the longest bar.
double label_share(const std::vector<Bar>& bars) {
  std::size_t longest = 0;
  for (const Bar& bar : bars) longest = std::max(longest, bar.label.size());
  return std::min(0.7, 0.05 + letter_width * static_cast<double>(longest) / panel_width);
}

std::string axis_title(Resource resource, const std::string& prefix) {
  if (resource == Resource::seconds) return "time of training (" + prefix + "s)";
  return resource == Resource::flops ? "training computation (" + prefix + "FLOP)"
                                     : "communication (" + prefix + "B)";
}

/// Returns the script of one panel, horizontal bars with the first method on top.
std::string overhead_panel(const Comparison& comparison, Resource resource, std::size_t index,
                           Figure& figure) {
  const auto scale = scale_of(comparison, resource);
  const auto bars = bars_of(comparison, resource, scale.factor);
  double most = 1e-9;
  for (const Bar& bar : bars) most = std::max(most, bar.amount + bar.deviation);
  figure.data += "# " + axis_title(resource, scale.prefix) +
                 " to target: place, amount, reached (0: not by all seeds), deviation, end, label\n";
  const std::string block = "data index " + std::to_string(index);
  std::string plot;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    figure.data += fmt::format("{} {} {} {} {} \"{}\"\n", i, number(bars[i].amount), bars[i].reached ? 1 : 0,
                               bars[i].deviation > 0 ? number(bars[i].deviation) : "NaN",
                               number(bars[i].amount + bars[i].deviation), bars[i].label);
    plot +=
        fmt::format("{} every ::{}::{} using ($2/2):1:(0):2:($1-0.34):($1+0.34) with boxxyerror fc rgb '{}' ",
                    block, i, i, colour(comparison.methods[i].algorithm)) +
        (bars[i].reached ? "fs solid 0.9 noborder" : "fs pattern 4 border") + " notitle, \\\n  ";
  }
  figure.data += "\n\n";
  return "set xlabel '" + axis_title(resource, scale.prefix) +
         "'\nset xrange [0:" + number(most / (1 - label_share(bars))) + "]\nset xtics " +
         number(tick_step(most)) + " scale 0.5\nplot " + plot + block +
         " using 2:1:4 with xerrorbars lc rgb '#333333' lw 1.5 pt -1 notitle, \\\n  " + block +
         " using 5:1:6 with labels left offset 0.7,0 notitle\n";
}

bool has_target(const Comparison& comparison) {
  return comparison.setting.target.has_value() &&
         std::any_of(comparison.methods.begin(), comparison.methods.end(), [&](const Method& method) {
           return to_target(comparison, method).of(Resource::bytes).mean > 0;
         });
}

std::string caption(const Comparison& comparison, bool with_seconds) {
  const auto* measure = find_measure(comparison.choices.target_on);
  return fmt::format(
      "What each method spends until the {} of the {} clients first reaches {:.9g}%{}: mean over seeds, bars "
      "of one "
      "sample standard deviation. In brackets: how many times less than {} (> if seeds of it did not reach "
      "the "
      "target, < if seeds of the method did not). Hatched: not all seeds reached the target; what is known "
      "to be "
      "spent.",
      measure ? measure->title : "accuracy", comparison.split, 100 * *comparison.setting.target,
      with_seconds ? "" : " (seconds are left out: the runs were made on several machines)",
      common_baseline(comparison).value_or("its baseline"));
}

}  // namespace

Figure overhead_figure(const Comparison& comparison) {
  Figure figure;
  figure.name = comparison.name + "-overhead";
  if (!has_target(comparison)) return figure;
  std::vector<Resource> panels{Resource::flops, Resource::bytes};
  if (on_one_machine(comparison)) panels.push_back(Resource::seconds);
  const int names = names_width + room_for_names(comparison), count = static_cast<int>(panels.size());
  figure.width = names + count * panel_width + (count - 1) * panel_gap + 20;
  figure.height = 150 + 40 * static_cast<int>(comparison.methods.size());
  figure.caption = caption(comparison, panels.size() > 2);
  std::string ticks;
  for (std::size_t i = 0; i < comparison.methods.size(); ++i)
    ticks += (i ? ", " : "") + gnuplot_tick(comparison.methods[i].name) + " " + std::to_string(i);
  const auto part = [](int pixels, int of) { return number(static_cast<double>(pixels) / of); };
  figure.script =
      "set yrange [" + number(static_cast<double>(comparison.methods.size()) - 0.4) + ":-0.6]\nset ytics (" +
      ticks + ") scale 0\nset multiplot layout 1," + std::to_string(count) + " title " +
      gnuplot_string(
          fmt::format("Cost of reaching {:.9g}%: {}", 100 * *comparison.setting.target, comparison.title)) +
      " margins screen " + part(names, figure.width) + "," + part(figure.width - 20, figure.width) + "," +
      part(70, figure.height) + "," + part(figure.height - 45, figure.height) + " spacing screen " +
      part(panel_gap, figure.width) + "\n";
  for (std::size_t p = 0; p < panels.size(); ++p) {
    figure.script += overhead_panel(comparison, panels[p], p, figure);
    if (p == 0) figure.script += "unset ytics\n";
  }
  figure.script += "unset multiplot\n";
  return figure;
}

}  // namespace fedmeta::report
