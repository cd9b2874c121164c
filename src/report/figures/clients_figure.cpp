// Figure: distribution of accuracy over clients.
#include <algorithm>
#include <cmath>

#include "report/figures/courses.hpp"
#include "report/figures/figures.hpp"
#include "report/figures/pens.hpp"
#include "report/output/table.hpp"

namespace fedmeta::report {
namespace {

/// Returns whether an accuracy is valid; other values in a damaged file cannot be sorted or drawn.
bool is_fraction(double value) {
  return value >= 0 && value <= 1;
}

std::vector<double> accuracies_of(const Method& method, bool before) {
  std::vector<double> accuracies;
  for (const Member& member : method.members)
    for (const cost::ClientRow& row : member.run->clients)
      if (const double accuracy = before ? row.initial_accuracy : row.accuracy; is_fraction(accuracy))
        accuracies.push_back(100 * accuracy);
  std::sort(accuracies.begin(), accuracies.end());
  return accuracies;
}

/// As steps, `before` adapting or after.
std::string distribution_rows(const Method& method, bool before) {
  const auto accuracies = accuracies_of(method, before);
  std::string rows = number(accuracies.empty() ? 0 : accuracies.front()) + " 0\n";
  for (std::size_t i = 0; i < accuracies.size(); ++i)
    rows += number(accuracies[i]) + " " +
            number(static_cast<double>(i + 1) / static_cast<double>(accuracies.size())) + "\n";
  return rows + "100 1\n";
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

Panel distribution_panel(Figure& figure, const Comparison& comparison, bool before) {
  Panel panel{before ? "before adaptation" : "after adaptation", "accuracy of a client (%)",
              "fraction of clients"};
  panel.settings = "set xrange [" + number(lowest_client(comparison)) + ":100]\nset yrange [0:1]\n";
  const Pens pens(comparison);
  for (const Method& method : comparison.methods) {
    if (!has_clients(method)) continue;
    Pen pen = pens.of(method);
    pen.mark = 0;
    const auto block =
        figure.add_block(method.name + (before ? ", before" : ", after") +
                             " adaptation: accuracy in percent, fraction of clients at or below it",
                         distribution_rows(method, before));
    panel.lines.push_back(block + " using 1:2 with steps " + line_options(pen, 1));
    figure.add_to_legend(method.name, pen);
  }
  return panel;
}

}  // namespace

Figure clients_figure(const Comparison& comparison) {
  Figure figure{.name = comparison.name + "-clients",
                .title = comparison.title,
                .caption = "How accuracy spreads over " + evaluated_clients(comparison) +
                           " at the last evaluation, before and after adaptation: fraction of clients at or "
                           "below an accuracy, "
                           "all complete seeds together. Further right is better, steeper is fairer.",
                .columns = 2,
                .shares_y = true,
                .panel_width = 22,
                .panel_height = 20};
  for (const bool before : {true, false})
    if (auto panel = distribution_panel(figure, comparison, before); !panel.lines.empty())
      figure.panels.push_back(std::move(panel));
  return figure;
}

}  // namespace fedmeta::report
