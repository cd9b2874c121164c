// Figure of system overhead, as in the paper: the cost of each method to reach the target accuracy.
#include <algorithm>
#include <array>
#include <cmath>

#include "algorithms/descriptor.hpp"
#include "report/figures.hpp"
#include "report/tables.hpp"
#include "report/text_sinks.hpp"

namespace fedmeta::report {
namespace {

struct Scale {
  double factor;
  std::string prefix;
};

Scale scale_for(double largest) {
  static constexpr std::array prefixes{"", "k", "M", "G", "T", "P", "E"};
  std::size_t i = 0;
  double factor = 1;
  for (; largest * factor >= 1000 && i + 1 < prefixes.size(); ++i) factor /= 1000;
  return {factor, prefixes[i]};
}

/// Returns a step of 1, 2 or 5 times a power of ten, of which at most five fit into `largest`.
double tick_step(double largest) {
  const double power = std::pow(10, std::floor(std::log10(std::max(largest, 1e-9) / 5)));
  for (double step : {1.0, 2.0, 5.0})
    if (step * power * 5 >= largest) return step * power;
  return 10 * power;
}

struct Bar {
  double amount;
  bool reached;
  std::string label;
};

std::vector<Bar> bars_of(const Comparison& comparison, Resource resource) {
  std::vector<Bar> bars;
  for (const Method& method : comparison.methods) {
    const ToTarget spent = to_target(method);
    const bool flops = resource == Resource::flops;
    if (spent.reached == 0) {
      bars.push_back({(flops ? spent.spent_flops : spent.spent_bytes).mean, false, "not reached"});
      continue;
    }
    std::string label;
    if (const auto factor = reduction(comparison, method, resource);
        factor && method.algorithm != algorithms::yardstick)
      label = shown(*factor);
    if (spent.reached < method.members.size())
      label += (label.empty() ? "" : ", ") + std::to_string(spent.reached) + " of " +
               std::to_string(method.members.size()) + " seeds";
    bars.push_back({(flops ? spent.flops : spent.bytes).mean, true, label});
  }
  return bars;
}

/// Returns the part of a panel's width (about 270 pixels) that labels need to the right of the longest bar.
double label_share(const std::vector<Bar>& bars) {
  std::size_t longest = 0;
  for (const Bar& bar : bars) longest = std::max(longest, bar.label.size());
  return std::min(0.7, 0.08 + 8.5 * static_cast<double>(longest) / 270);
}

/// Returns the script of one of the two panels, horizontal bars with the first method on top.
std::string overhead_panel(const Comparison& comparison, Resource resource, std::size_t index,
                           Figure& figure) {
  const std::vector<Bar> bars = bars_of(comparison, resource);
  double largest = 0;
  for (const Bar& bar : bars) largest = std::max(largest, bar.amount);
  const Scale scale = scale_for(largest);
  const double most = std::max(1e-9, scale.factor * largest);
  const bool flops = resource == Resource::flops;
  figure.data += std::string("# ") + (flops ? "FLOPs" : "bytes") +
                 " to target: place, amount, reached (0: all spent), label\n";
  std::string plot;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    figure.data += std::to_string(i) + " " + number(scale.factor * bars[i].amount) + " " +
                   (bars[i].reached ? "1" : "0") + " \"" + bars[i].label + "\"\n";
    plot += "data index " + std::to_string(index) + " every ::" + std::to_string(i) +
            "::" + std::to_string(i) + " using ($2/2):1:(0):2:($1-0.34):($1+0.34) with boxxyerror fc rgb '" +
            colour(comparison.methods[i].algorithm) + "' " +
            (bars[i].reached ? "fs solid 0.9 noborder" : "fs pattern 4 border") + " notitle, \\\n  ";
  }
  figure.data += "\n\n";
  const std::string unit = scale.prefix + (flops ? "FLOP" : "B");
  return "set xlabel '" + std::string(flops ? "training computation (" : "communication (") + unit + ")'\n" +
         "set xrange [0:" + number(most / (1 - label_share(bars))) + "]\nset xtics " +
         number(tick_step(most)) + " scale 0.5\n" + "plot " + plot + "data index " + std::to_string(index) +
         " using 2:1:4 with labels left offset 0.7,0 notitle\n";
}

bool has_target(const Comparison& comparison) {
  return comparison.setting.target.has_value() &&
         std::any_of(comparison.methods.begin(), comparison.methods.end(),
                     [](const Method& method) { return to_target(method).spent_bytes.mean > 0; });
}

}  // namespace

Figure overhead_figure(const Comparison& comparison) {
  Figure figure;
  figure.name = comparison.name + "-overhead";
  figure.width = 900 + 2 * room_for_names(comparison);
  figure.height = 170 + 42 * static_cast<int>(comparison.methods.size());
  if (!has_target(comparison)) return figure;
  const std::string target = number(100 * *comparison.setting.target) + "%";
  figure.caption = "Computation and communication until the " + comparison.split +
                   " accuracy first reaches " + target +
                   ". Factors: how many times less than FedAvg (> where FedAvg never reaches it). Hatched: "
                   "target not reached, all that was spent.";
  std::string names;
  for (std::size_t i = 0; i < comparison.methods.size(); ++i)
    names += (i ? ", " : "") + gnuplot_tick(comparison.methods[i].name) + " " + std::to_string(i);
  figure.script = "set yrange [" + number(static_cast<double>(comparison.methods.size()) - 0.4) +
                  ":-0.6]\n"
                  "set ytics (" +
                  names +
                  ") scale 0\n"
                  "set multiplot layout 1,2 title " +
                  gnuplot_string("Cost of reaching " + target + " " + comparison.split +
                                 " accuracy: " + describe(comparison.setting)) +
                  "\n";
  figure.script += overhead_panel(comparison, Resource::flops, 0, figure);
  figure.script += overhead_panel(comparison, Resource::bytes, 1, figure);
  figure.script += "unset multiplot\n";
  return figure;
}

}  // namespace fedmeta::report
