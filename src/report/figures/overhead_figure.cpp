// Figure of system overhead, as in the paper: the cost of each method to reach the target accuracy.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "report/figures/courses.hpp"
#include "report/figures/figures.hpp"
#include "report/figures/panels.hpp"
#include "report/figures/pens.hpp"
#include "report/output/table.hpp"
#include "report/pooling/to_target.hpp"
#include "report/pooling/totals.hpp"

namespace fedmeta::report {
namespace {

constexpr double letter = 0.62;  // em, of the widest of the usual fonts

struct Bar {
  const Method* method;
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
    bars.push_back({&method, scale * amount.mean, spent.exact() ? scale * amount.deviation.value_or(0) : 0,
                    spent.exact(), label_of(comparison, method, spent, resource, scale)});
  }
  return bars;
}

/// Where amounts differ by more than this, the axis is logarithmic: short bars could not be told apart.
constexpr double wide_range = 100;

/// Returns the begin of a logarithmic axis, a power of ten below all amounts, if they ask for one.
std::optional<double> logarithmic_start(const std::vector<Bar>& bars) {
  double least = std::numeric_limits<double>::infinity(), most = 0;
  for (const Bar& bar : bars) {
    if (bar.amount > 0) least = std::min(least, bar.amount);
    most = std::max(most, bar.amount);
  }
  if (most <= wide_range * least) return {};
  return std::pow(10, std::floor(std::log10(least / 2)));
}

/// Returns rows of place, amount, where an error bar is, its deviation, end of both, label.
std::string rows_of(const std::vector<Bar>& bars) {
  std::string rows;
  for (std::size_t i = 0; i < bars.size(); ++i)
    rows += fmt::format("{} {} {} {} {} \"{}\"\n", i, number(bars[i].amount),
                        bars[i].deviation > 0 ? number(bars[i].amount) : "NaN", number(bars[i].deviation),
                        number(bars[i].amount + bars[i].deviation), bars[i].label);
  return rows;
}

/// Horizontal bars with the first method on top.
Panel overhead_panel(Figure& figure, const Comparison& comparison, Resource resource) {
  const auto scale = scale_of(comparison, resource);
  const auto bars = bars_of(comparison, resource, scale.factor);
  Panel panel{"", spending_title(resource, scale.prefix), ""};
  panel.bars = BarRoom{1e-9, 0, logarithmic_start(bars)};
  for (const Bar& bar : bars) {
    panel.bars->longest = std::max(panel.bars->longest, bar.amount + bar.deviation);
    panel.bars->label = std::max(panel.bars->label, letter * static_cast<double>(bar.label.size()));
  }
  panel.settings = "set xtics scale 0.5\n";
  const auto block = figure.add_block(
      panel.x_title + " to target: place, amount, place of the error bar, deviation, end, label",
      rows_of(bars));
  const auto start = number(panel.bars->start.value_or(0));
  for (std::size_t i = 0; i < bars.size(); ++i)
    panel.lines.push_back(
        fmt::format("{} every ::{}::{} using 2:1:({}):2:($1-0.34):($1+0.34) with boxxyerror fc rgb '{}' {}",
                    block, i, i, start, colour(bars[i].method->algorithm),
                    bars[i].reached ? "fs solid 0.9 noborder" : "fs pattern 4 border"));
  panel.lines.push_back(block + " using 3:1:4 with xerrorbars lc rgb '#333333' lw 1.5 pt -1");
  panel.lines.push_back(block + " using 5:1:6 with labels left offset 0.7,0");
  return panel;
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
      "What each method spends until the {} of {} first reaches {:.9g}%{}: mean over seeds, bars "
      "of one "
      "sample standard deviation; at most {}. In brackets: how many times less than {} (> if seeds of "
      "it did "
      "not reach the target, < if seeds of the method did not). Hatched: not all seeds reached the target; "
      "what is "
      "known to be spent. Amounts that differ more than a hundredfold are on a logarithmic axis.",
      measure ? measure->title : "accuracy", evaluated_clients(comparison), 100 * *comparison.setting.target,
      with_seconds ? "" : " (seconds are left out: the runs were made on several machines)",
      counted(most_seeds(comparison), "seed"), common_baseline(comparison).value_or("its baseline"));
}

}  // namespace

Figure overhead_figure(const Comparison& comparison) {
  Figure figure{.name = comparison.name + "-overhead", .title = "", .caption = ""};
  if (!has_target(comparison)) return figure;
  std::vector<Resource> panels{Resource::flops, Resource::bytes};
  if (on_one_machine(comparison)) panels.push_back(Resource::seconds);
  figure.title =
      fmt::format("Cost of reaching {:.9g}%: {}", 100 * *comparison.setting.target, comparison.title);
  figure.caption = caption(comparison, panels.size() > 2);
  figure.columns = panels.size();
  figure.panel_width = 23;
  figure.panel_height = 2.6 * static_cast<double>(comparison.methods.size());
  for (const Method& method : comparison.methods) figure.y_names.push_back(method.name);
  for (const Resource resource : panels)
    figure.panels.push_back(overhead_panel(figure, comparison, resource));
  return figure;
}

}  // namespace fedmeta::report
