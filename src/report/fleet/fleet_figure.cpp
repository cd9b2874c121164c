// Figure: time to the target against the uplink, and the links at which methods change order.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "report/figures/pens.hpp"
#include "report/fleet/fleet_report.hpp"

namespace fedmeta::report {
namespace {

constexpr double megabyte = 1e6;
const Pen this_fleet{"#777777", "3", 0, 1.5};
constexpr double margin = 1.2;  ///< of the time axis, as a factor

struct TimeUnit {
  const char* name;
  double seconds;
};

TimeUnit unit_for(double largest) {
  if (largest < 600) return {"s", 1};
  if (largest < 36'000) return {"min", 60};
  return largest < 1e6 ? TimeUnit{"h", 3600} : TimeUnit{"days", 86'400};
}

/// Returns the ticks of a logarithmic axis: 1, 2 and 5 times powers of ten, or the powers alone on a long
/// one.
std::string ticks(double low, double high) {
  constexpr double rounding = 1e-9;
  const auto first = static_cast<int>(std::floor(std::log10(low))),
             last = static_cast<int>(std::floor(std::log10(high)));
  std::string all;
  for (int power = first; power <= last; ++power)
    for (const int step : {1, 2, 5}) {
      const double tick = step * std::pow(10, power);
      const bool inside = tick >= low * (1 - rounding) && tick <= high * (1 + rounding);
      if (inside && (step == 1 || high < 2000 * low)) all += (all.empty() ? "" : ", ") + number(tick);
    }
  return "(" + all + ")";
}

/// A method's time to the target at each of the figure's speeds.
struct MethodCurve {
  std::size_t method;
  std::vector<double> seconds;
};

/// Of the methods that reached the target, and not before the first round.
std::vector<MethodCurve> curves_of(const Fleet& fleet, const std::vector<MethodOnFleet>& methods) {
  std::vector<MethodCurve> curves;
  for (std::size_t m = 0; m < methods.size(); ++m) {
    if (!methods[m].reached()) continue;
    MethodCurve curve{m, {}};
    for (const double speed : figure_speeds(fleet))
      curve.seconds.push_back(cost_to_target(methods[m], fleet.deadline, &FleetCost::seconds, speed).mean);
    if (curve.seconds.back() > 0) curves.push_back(std::move(curve));
  }
  return curves;
}

/// Returns the settings of the axes, for times from `low` to `high`.
std::string axes(double low, double high) {
  const double slow = slowest_uplink / megabyte, fast = fastest_uplink / megabyte;
  return fmt::format(
      "set logscale xy\nset format xy '%g'\nset xrange [{}:{}]\nset yrange [{}:{}]\nset xtics {}\nset ytics "
      "{}\n",
      number(slow), number(fast), number(low), number(high), ticks(slow, fast), ticks(low, high));
}

std::string caption(const Fleet& fleet, const Comparison& comparison,
                    const std::vector<MethodOnFleet>& methods, std::size_t changes) {
  std::size_t most = 0;
  std::string missing;
  for (const MethodOnFleet& method : methods) {
    if (method.reached()) most = std::max(most, method.target.seeds);
    if (!method.reached()) missing += (missing.empty() ? "" : ", ") + method.method->name;
  }
  return fmt::format(
      "Time on the fleet until the target accuracy of {:.9g}%, against the uplink that half of the clients "
      "have at most; all links are made faster or slower in both directions by the same factor. {} "
      "Dotted: the fleet as it is, {:.3g} MB/s. {}.{}",
      100 * comparison.setting.target.value_or(0),
      most < 2 ? "One seed." : fmt::format("Mean over at most {} seeds.", most),
      median_uplink(fleet) / megabyte,
      changes == 0 ? "No two methods change order" : "Circles: two methods change order",
      missing.empty()
          ? ""
          : " Not shown, as not all seeds reached the target or rounds are not known: " + missing + ".");
}

}  // namespace

std::vector<double> figure_speeds(const Fleet& fleet) {
  std::vector<double> speeds;
  for (std::size_t i = 0; i < uplinks; ++i) {
    const double place = static_cast<double>(i) / (uplinks - 1);
    speeds.push_back(slowest_uplink * std::pow(fastest_uplink / slowest_uplink, place) /
                     median_uplink(fleet));
  }
  return speeds;
}

Figure fleet_figure(const Fleet& fleet, const Comparison& comparison,
                    const std::vector<MethodOnFleet>& methods, const std::vector<OrderChange>& changes) {
  Figure figure{.name = comparison.name + "-fleet",
                .title = comparison.title,
                .caption = caption(fleet, comparison, methods, changes.size())};
  const auto speeds = figure_speeds(fleet);
  const auto curves = curves_of(fleet, methods);
  if (curves.empty()) return figure;
  double low = curves[0].seconds.back(), high = curves[0].seconds.front();
  for (const MethodCurve& curve : curves) {
    low = std::min(low, curve.seconds.back());
    high = std::max(high, curve.seconds.front());
  }
  const TimeUnit unit = unit_for(high);
  low = low / unit.seconds / margin;
  high = high / unit.seconds * margin;
  const double uplink = median_uplink(fleet);
  const auto point = [&](double speed, double seconds) {
    return number(speed * uplink / megabyte) + " " + number(seconds / unit.seconds) + "\n";
  };

  Panel panel{"", "median uplink of the fleet (MB/s)", std::string("time to target (") + unit.name + ")",
              axes(low, high)};
  const Pens pens(comparison);
  for (const auto& [m, seconds] : curves) {
    const Method& method = *methods[m].method;
    std::string rows;
    for (std::size_t i = 0; i < speeds.size(); ++i) rows += point(speeds[i], seconds[i]);
    panel.lines.push_back(figure.add_block(method.name + ": uplink in MB/s, time in " + unit.name, rows) +
                          " using 1:2 with linespoints " + line_options(pens.of(method), speeds.size()));
    figure.add_to_legend(method.name, pens.of(method));
  }
  if (!changes.empty()) {
    std::string rows;
    for (const OrderChange& change : changes) rows += point(change.speed, change.seconds);
    panel.lines.push_back(figure.add_block("changes of order", rows) +
                          " using 1:2 with points pt 6 ps 1.4 lw 2 lc rgb '#222222'");
  }
  if (uplink > slowest_uplink && uplink < fastest_uplink) {
    const std::string at = number(uplink / megabyte);
    const std::string rows = at + " " + number(low) + "\n" + at + " " + number(high) + "\n";
    panel.lines.push_back(figure.add_block("the fleet's uplink", rows) + " using 1:2 with lines " +
                          line_options(this_fleet, 2));
    figure.add_to_legend("this fleet", this_fleet);
  }
  figure.panels.push_back(std::move(panel));
  return figure;
}

ReportTable order_table(const Fleet& fleet, const Comparison& comparison,
                        const std::vector<OrderChange>& changes) {
  ReportTable table{
      comparison.name + "-fleet-order",
      "Where methods change order",
      "The uplink, that half of the clients have at most, at which two methods take equally long to "
      "the target. On slower links the one is faster, on faster links the other.",
      {{"faster below", "faster_below"},
       {"faster above", "faster_above"},
       {"uplink (MB/s)", "", Format::decimal},
       {"", "uplink"},
       {"hours to target", "", Format::decimal},
       {"", "seconds"}},
      {}};
  for (const OrderChange& change : changes) {
    const double uplink = change.speed * median_uplink(fleet);
    table.rows.push_back({comparison.methods[change.slow_links].name,
                          comparison.methods[change.fast_links].name, uplink / megabyte, uplink,
                          change.seconds / 3600, change.seconds});
  }
  return table;
}

}  // namespace fedmeta::report
