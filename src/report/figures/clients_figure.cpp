// Figure: distribution of accuracy over clients.
#include <algorithm>
#include <array>
#include <cmath>

#include "report/figures/figures.hpp"
#include "report/output/table.hpp"
#include "report/output/text_sinks.hpp"

namespace fedmeta::report {
namespace {

/// Returns whether an accuracy is valid; other values in a damaged file cannot be sorted or drawn.
bool is_fraction(double value) {
  return value >= 0 && value <= 1;
}

/// Returns the fraction of clients at or below each accuracy, as steps, `before` adapting or after.
std::string distribution_data(const Method& method, bool before) {
  std::vector<double> accuracies;
  for (const Member& member : method.members)
    for (const cost::ClientRow& row : member.run->clients)
      if (const double accuracy = before ? row.initial_accuracy : row.accuracy; is_fraction(accuracy))
        accuracies.push_back(100 * accuracy);
  std::sort(accuracies.begin(), accuracies.end());
  std::string data = "# " + gnuplot_comment(method.name) + (before ? ", before" : ", after") +
                     " adaptation: accuracy in percent, fraction of clients at or below it\n";
  data += number(accuracies.empty() ? 0 : accuracies.front()) + " 0\n";
  for (std::size_t i = 0; i < accuracies.size(); ++i)
    data += number(accuracies[i]) + " " +
            number(static_cast<double>(i + 1) / static_cast<double>(accuracies.size())) + "\n";
  return data + "100 1\n\n\n";
}

/// Returns the lowest accuracy of a client in percent, rounded down to a multiple of ten.
double lowest_client(const Comparison& comparison) {
  double lowest = 90;
  for (const Method& method : comparison.methods)
    for (const Member& member : method.members)
      for (const cost::ClientRow& row : member.run->clients)
        for (const double accuracy : {row.accuracy, row.initial_accuracy})
          if (is_fraction(accuracy)) lowest = std::min(lowest, 100 * accuracy);
  return 10 * std::floor(lowest / 10);
}

bool has_clients(const Method& method) {
  return std::any_of(method.members.begin(), method.members.end(),
                     [](const Member& member) { return !member.run->clients.empty(); });
}

}  // namespace

Figure clients_figure(const Comparison& comparison) {
  Figure figure;
  figure.name = comparison.name + "-clients";
  figure.width = 900 + room_for_names(comparison);
  figure.caption =
      "How accuracy spreads over the clients of the last evaluation, before and after adaptation: fraction "
      "of "
      "clients at or below an accuracy, all seeds together. Further right is better, steeper is fairer.";
  std::array<std::string, 2> panels;
  std::size_t index = 0, lines = 0;
  for (const Method& method : comparison.methods) {
    if (!has_clients(method)) continue;
    for (const bool before : {true, false}) {
      figure.data += distribution_data(method, before);
      panels[before ? 0 : 1] += (lines ? ", \\\n  " : "") + std::string("data index ") +
                                std::to_string(index++) + " using 1:2 with steps lc rgb '" +
                                colour(method.algorithm) + "' lw 2 title " + gnuplot_string(method.name);
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
      gnuplot_string(comparison.title) +
      " margins screen 0.10,0.77,0.17,0.80 spacing screen 0.06\n"
      "set title 'before adaptation'\nplot " +
      panels[0] +
      "\nset title 'after adaptation'\nset format y ''\nunset ylabel\n"
      "set key at screen 0.79,0.65 left top Left reverse samplen 2 spacing 1.3\nplot " +
      panels[1] + "\nunset multiplot\n";
  return figure;
}

}  // namespace fedmeta::report
