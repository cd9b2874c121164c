// Figure: time to the target against the uplink, and the links at which methods change order.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/fleet/fleet_report.hpp"
#include "report/output/text_sinks.hpp"

namespace fedmeta::report {
namespace {

constexpr double megabyte = 1e6;
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
  std::string all;
  for (double power = std::pow(10, std::floor(std::log10(low))); power <= high; power *= 10)
    for (const double step : {1.0, 2.0, 5.0}) {
      const bool inside = step * power >= low * (1 - rounding) && step * power <= high * (1 + rounding);
      if (inside && (step == 1 || high < 2000 * low)) all += (all.empty() ? "" : ", ") + number(step * power);
    }
  return "(" + all + ")";
}

std::string caption(const Fleet& fleet, const Comparison& comparison,
                    const std::vector<MethodOnFleet>& methods, std::size_t changes) {
  std::size_t most = 0;
  std::string missing;
  for (const MethodOnFleet& method : methods) {
    if (method.reached()) most = std::max(most, method.seeds.size());
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
  Figure figure;
  figure.name = comparison.name + "-fleet";
  const auto speeds = figure_speeds(fleet);
  const auto seconds = [&](const MethodOnFleet& method, double speed) {
    return cost_to_target(method, fleet.deadline, &FleetCost::seconds, speed).mean;
  };
  double smallest = std::numeric_limits<double>::infinity(), largest = 0;
  for (const MethodOnFleet& method : methods)
    if (method.reached() && seconds(method, speeds.back()) > 0) {
      largest = std::max(largest, seconds(method, speeds.front()));
      smallest = std::min(smallest, seconds(method, speeds.back()));
    }
  if (largest <= 0) return figure;
  const TimeUnit unit = unit_for(largest);
  const double uplink = median_uplink(fleet) / megabyte;
  const auto point = [&](double speed, double time) {
    return number(speed * uplink) + " " + number(time / unit.seconds) + "\n";
  };

  std::string lines;
  std::size_t blocks = 0;
  for (std::size_t m = 0; m < methods.size(); ++m) {
    if (!methods[m].reached() || seconds(methods[m], speeds.back()) <= 0) continue;
    figure.data +=
        "# " + gnuplot_comment(methods[m].method->name) + ": uplink in MB/s, time in " + unit.name + "\n";
    for (const double speed : speeds) figure.data += point(speed, seconds(methods[m], speed));
    figure.data += "\n\n";
    lines += fmt::format("data index {} with linespoints {} title {}, \\\n  ", blocks++,
                         line_style(comparison, m, uplinks), gnuplot_string(methods[m].method->name));
  }
  if (!changes.empty()) {
    figure.data += "# changes of order\n";
    for (const OrderChange& change : changes) figure.data += point(change.speed, change.seconds);
    lines += fmt::format(
        "data index {} with points pt 6 ps 1.6 lw 2 lc rgb '#222222' title 'change of order', \\\n  ",
        blocks);
  }
  figure.caption = caption(fleet, comparison, methods, changes.size());
  figure.width += room_for_names(comparison);
  figure.height = std::max(figure.height, 26 * static_cast<int>(blocks + 4));
  const double low = smallest / unit.seconds / margin, high = largest / unit.seconds * margin;
  const double slow = slowest_uplink / megabyte, fast = fastest_uplink / megabyte;
  figure.script = "set title " + gnuplot_string(comparison.title) +
                  "\nset xlabel 'median uplink of the fleet (MB/s)'\nset ylabel 'time to target (" +
                  unit.name + ")'\nset logscale xy\nset format xy '%g'\nset xrange [" + number(slow) + ":" +
                  number(fast) + "]\nset yrange [" + number(low) + ":" + number(high) + "]\nset xtics " +
                  ticks(slow, fast) + "\nset ytics " + ticks(low, high) +
                  "\nset grid back lc rgb '#dddddd' lt 1\n"
                  "set key outside right center Left reverse samplen 3 spacing 1.3\n";
  if (uplink > slow && uplink < fast) {
    figure.script +=
        fmt::format("set arrow 1 from {0}, graph 0 to {0}, graph 1 nohead lc rgb '#777777' dt 3 lw 1.5\n",
                    number(uplink));
    lines += "NaN with lines lc rgb '#777777' dt 3 lw 1.5 title 'this fleet', \\\n  ";
  }
  figure.script += "plot " + lines.substr(0, lines.rfind(", ")) + "\n";
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
