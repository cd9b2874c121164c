#include "report/figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>

#include "report/table.hpp"
#include "report/tables.hpp"

namespace fedmeta::report {
namespace {

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.9g", value);
  return text.data();
}

/// Single quotes are the only character that gnuplot's single-quoted strings treat specially.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (char c : text) result += c == '\'' ? std::string("''") : std::string(1, c);
  return result + "'";
}

/// Marks at a tenth of the points, begun at different ones so that they do not cover each other.
std::string line_style(const Method& method, std::size_t index, std::size_t points) {
  static constexpr std::array marks{7, 5, 9, 11, 13, 4, 6, 8, 10, 12, 14, 3, 1};
  const std::size_t step = std::max<std::size_t>(1, points / 10);
  return "lc rgb '" + colour(method.algorithm) + "' lw 2 pt " + std::to_string(marks[index % marks.size()]) +
         " ps 0.7 pi " + std::to_string(step);
}

/// Round -> the seeds' values.
using Course = std::map<std::int32_t, std::vector<double>>;

Course course_of(const Comparison& comparison, const Method& method, double cost::EvaluationRow::*value) {
  Course course;
  for (const Member& member : method.members)
    for (const cost::EvaluationRow& row : member.run->evaluations)
      if (row.split == comparison.split) course[row.round].push_back(row.*value);
  return course;
}

std::string course_data(const Method& method, const Course& course, double scale) {
  std::string data = "# " + method.algorithm + ": round, mean, lowest, highest over seeds\n";
  for (const auto& [round, values] : course) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    data += std::to_string(round) + " " + number(scale * summarise(values).mean) + " " +
            number(scale * *low) + " " + number(scale * *high) + "\n";
  }
  return data + "\n\n";
}

std::string title_of(const Comparison& comparison) {
  return "set title " + quoted(describe(comparison.setting));
}

/// Lines of means with bands from the lowest to the highest seed, against rounds.
Figure course_figure(const Comparison& comparison, double cost::EvaluationRow::*value, double scale) {
  Figure figure;
  std::string bands, lines;
  std::size_t index = 0;
  std::int32_t last = 1;
  for (const Method& method : comparison.methods) {
    const Course course = course_of(comparison, method, value);
    if (course.empty()) continue;
    figure.data += course_data(method, course, scale);
    last = std::max(last, course.rbegin()->first);
    const std::string block = "index " + std::to_string(index);
    if (method.members.size() > 1)
      bands += "data " + block + " using 1:3:4 with filledcurves fc rgb '" + colour(method.algorithm) +
               "' fs transparent solid 0.15 noborder notitle, \\\n  ";
    lines += (index ? ", \\\n  " : "") + std::string("data ") + block + " using 1:2 with linespoints " +
             line_style(method, index, course.size()) + " title " + quoted(method.algorithm);
    ++index;
  }
  figure.script = title_of(comparison) +
                  "\n"
                  "set xlabel 'training round'\n"
                  "set grid back lc rgb '#dddddd' lt 1\n"
                  "set key outside right center Left reverse samplen 3 spacing 1.3\n"
                  "set xrange [0:" +
                  std::to_string(last) + "]\n";
  if (index > 0) figure.script += "plot " + bands + lines + "\n";
  if (index == 0) figure.data.clear();
  return figure;
}

std::string seeds_note(const Comparison& comparison) {
  std::size_t most = 0;
  for (const Method& method : comparison.methods) most = std::max(most, method.members.size());
  if (most < 2) return "One seed.";
  return "Mean over seeds; the band reaches from the lowest to the highest seed.";
}

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

/// A step of 1, 2 or 5 times a power of ten with at most five of them up to `largest`.
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
    if (const auto factor = reduction(comparison, method, resource); factor && method.algorithm != "fedavg")
      label = shown(*factor);
    if (spent.reached < method.members.size())
      label += (label.empty() ? "" : ", ") + std::to_string(spent.reached) + " of " +
               std::to_string(method.members.size()) + " seeds";
    bars.push_back({(flops ? spent.flops : spent.bytes).mean, true, label});
  }
  return bars;
}

/// The part of a panel's width (about 270 pixels) that its labels need right of the longest bar.
double label_share(const std::vector<Bar>& bars) {
  std::size_t longest = 0;
  for (const Bar& bar : bars) longest = std::max(longest, bar.label.size());
  return std::min(0.7, 0.08 + 8.5 * static_cast<double>(longest) / 270);
}

/// One of the two panels: horizontal bars, the first method on top.
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

/// Fraction of clients at or below an accuracy, as steps; `before` adapting or after.
std::string distribution_data(const Method& method, bool before) {
  std::vector<double> accuracies;
  for (const Member& member : method.members)
    for (const cost::ClientRow& row : member.run->clients)
      accuracies.push_back(100 * (before ? row.initial_accuracy : row.accuracy));
  std::sort(accuracies.begin(), accuracies.end());
  std::string data = "# " + method.algorithm + (before ? ", before" : ", after") +
                     " adaptation: accuracy in percent, fraction of clients at or below it\n";
  data += number(accuracies.empty() ? 0 : accuracies.front()) + " 0\n";
  for (std::size_t i = 0; i < accuracies.size(); ++i)
    data += number(accuracies[i]) + " " +
            number(static_cast<double>(i + 1) / static_cast<double>(accuracies.size())) + "\n";
  return data + "100 1\n\n\n";
}

/// Lowest accuracy of a client in percent, down to the next ten.
double lowest_client(const Comparison& comparison) {
  double lowest = 90;
  for (const Method& method : comparison.methods)
    for (const Member& member : method.members)
      for (const cost::ClientRow& row : member.run->clients)
        lowest = std::min(lowest, 100 * std::min(row.accuracy, row.initial_accuracy));
  return 10 * std::floor(lowest / 10);
}

bool has_clients(const Method& method) {
  return std::any_of(method.members.begin(), method.members.end(),
                     [](const Member& member) { return !member.run->clients.empty(); });
}

bool has_target(const Comparison& comparison) {
  return comparison.setting.target.has_value() &&
         std::any_of(comparison.methods.begin(), comparison.methods.end(),
                     [](const Method& method) { return to_target(method).spent_bytes.mean > 0; });
}

}  // namespace

std::string colour(const std::string& algorithm) {
  static const std::map<std::string, std::string> colours{
      {"fedsgd", "#999999"},    {"fedavg", "#000000"}, {"fedavg-meta", "#56B4E9"}, {"reptile", "#009E73"},
      {"perfedavg", "#CC79A7"}, {"fomaml", "#E69F00"}, {"maml", "#D55E00"},        {"meta-sgd", "#0072B2"},
      {"mfu", "#999999"},       {"mru", "#CC79A7"},    {"nb", "#F0E442"},          {"self", "#009E73"},
      {"mixed", "#56B4E9"}};
  const auto found = colours.find(algorithm);
  return found == colours.end() ? "#666666" : found->second;
}

Figure accuracy_figure(const Comparison& comparison) {
  Figure figure = course_figure(comparison, &cost::EvaluationRow::accuracy, 100);
  figure.name = comparison.name + "-accuracy";
  figure.caption = "Accuracy on the query sets of the " + comparison.split +
                   " clients, after adaptation, against training rounds. " + seeds_note(comparison);
  figure.script = "set ylabel '" + comparison.split + " accuracy (%)'\n" + figure.script;
  if (!comparison.setting.target || figure.data.empty()) return figure;
  const std::string target = number(100 * *comparison.setting.target);
  figure.script.pop_back();
  figure.script +=
      ", \\\n  " + target + " with lines lc rgb '#777777' dt 3 lw 1.5 title 'target " + target + "%'\n";
  return figure;
}

Figure loss_figure(const Comparison& comparison) {
  Figure figure = course_figure(comparison, &cost::EvaluationRow::loss, 1);
  figure.name = comparison.name + "-loss";
  figure.caption = "Loss on the query sets of the " + comparison.split +
                   " clients, after adaptation, against training rounds. " + seeds_note(comparison);
  figure.script = "set ylabel '" + comparison.split + " loss'\n" + figure.script;
  return figure;
}

Figure overhead_figure(const Comparison& comparison) {
  Figure figure;
  figure.name = comparison.name + "-overhead";
  figure.width = 900;
  figure.height = 170 + 42 * static_cast<int>(comparison.methods.size());
  if (!has_target(comparison)) return figure;
  const std::string target = number(100 * *comparison.setting.target) + "%";
  figure.caption = "Computation and communication until the " + comparison.split +
                   " accuracy first reaches " + target +
                   ". Factors: how many times less than FedAvg (> where FedAvg never reaches it). Hatched: "
                   "target not reached, all that was spent.";
  std::string names;
  for (std::size_t i = 0; i < comparison.methods.size(); ++i)
    names += (i ? ", " : "") + quoted(comparison.methods[i].algorithm) + " " + std::to_string(i);
  figure.script = "set yrange [" + number(static_cast<double>(comparison.methods.size()) - 0.4) +
                  ":-0.6]\n"
                  "set ytics (" +
                  names +
                  ") scale 0\n"
                  "set multiplot layout 1,2 title " +
                  quoted("Cost of reaching " + target + " " + comparison.split +
                         " accuracy: " + describe(comparison.setting)) +
                  "\n";
  figure.script += overhead_panel(comparison, Resource::flops, 0, figure);
  figure.script += overhead_panel(comparison, Resource::bytes, 1, figure);
  figure.script += "unset multiplot\n";
  return figure;
}

Figure clients_figure(const Comparison& comparison) {
  Figure figure;
  figure.name = comparison.name + "-clients";
  figure.width = 900;
  figure.caption =
      "How accuracy spreads over the clients of the last evaluation, before and after adaptation: fraction "
      "of "
      "clients at or below an accuracy, all seeds together. Further right is better, steeper is fairer.";
  std::string panels[2];
  std::size_t index = 0, lines = 0;
  for (const Method& method : comparison.methods) {
    if (!has_clients(method)) continue;
    for (const bool before : {true, false}) {
      figure.data += distribution_data(method, before);
      panels[before ? 0 : 1] += (lines ? ", \\\n  " : "") + std::string("data index ") +
                                std::to_string(index++) + " using 1:2 with steps lc rgb '" +
                                colour(method.algorithm) + "' lw 2 title " + quoted(method.algorithm);
    }
    ++lines;
  }
  if (lines == 0) return figure;
  figure.script =
      "set xlabel 'accuracy of a client (%)'\n"
      "set ylabel 'fraction of clients'\n"
      "set xrange [" +
      number(lowest_client(comparison)) +
      ":100]\nset yrange [0:1]\n"
      "set grid back lc rgb '#dddddd' lt 1\n"
      "unset key\n"
      "set multiplot layout 1,2 title " +
      quoted(describe(comparison.setting)) +
      " margins screen 0.10,0.77,0.17,0.80 spacing screen 0.06\n"
      "set title 'before adaptation'\nplot " +
      panels[0] +
      "\nset title 'after adaptation'\nset format y ''\nunset ylabel\n"
      "set key at screen 0.79,0.65 left top Left reverse samplen 2 spacing 1.3\nplot " +
      panels[1] + "\nunset multiplot\n";
  return figure;
}

std::vector<Figure> make_figures(const Comparison& comparison) {
  std::vector<Figure> figures;
  for (auto make : {accuracy_figure, loss_figure, overhead_figure, clients_figure})
    if (Figure figure = make(comparison); !figure.data.empty()) figures.push_back(std::move(figure));
  return figures;
}

}  // namespace fedmeta::report
