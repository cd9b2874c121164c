// Figure: density of accuracy over clients, as in the last row of Chen et al.'s Figure 2.
#include <algorithm>

#include "report/figures/figures.hpp"
#include "report/output/table.hpp"
#include "report/output/text_sinks.hpp"
#include "report/tables/fairness.hpp"

namespace fedmeta::report {
namespace {

/// In percent, from 0 to 100.
const std::vector<double>& places() {
  static const std::vector<double> all = [] {
    std::vector<double> steps;
    for (int step = 0; step <= 200; ++step) steps.push_back(0.5 * step);
    return steps;
  }();
  return all;
}

/// Of all complete seeds together, smallest first, in percent.
std::vector<double> clients_of(const Method& method) {
  std::vector<double> all;
  for (const Member& member : method.members)
    for (const double accuracy : client_accuracies(*member.run)) all.push_back(100 * accuracy);
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

Figure density_figure(const Comparison& comparison) {
  constexpr std::size_t fewest = 5;  // clients of which a density says something
  Figure figure;
  figure.name = comparison.name + "-density";
  figure.width += room_for_names(comparison);
  std::string lines;
  std::size_t blocks = 0, most = 0;
  for (std::size_t m = 0; m < comparison.methods.size(); ++m) {
    const Method& method = comparison.methods[m];
    const auto clients = clients_of(method);
    if (clients.size() < fewest) continue;
    most = std::max(most, clients.size());
    figure.data +=
        "# " + gnuplot_comment(method.name) + ": accuracy in percent, density per percentage point\n";
    const auto density = kernel_density(clients, places(), /*narrowest=*/1);
    for (std::size_t i = 0; i < density.size(); ++i)
      figure.data += number(places()[i]) + " " + number(density[i]) + "\n";
    figure.data += "\n\n";
    lines += (blocks ? ", \\\n  " : "") + std::string("data index ") + std::to_string(blocks) +
             " using 1:2 with lines " + line_style(comparison, m, density.size()) + " title " +
             gnuplot_string(method.name);
    ++blocks;
  }
  figure.caption =
      "Density of accuracy over the clients of the last evaluation, after adaptation, all complete seeds "
      "together: at most " +
      std::to_string(most) +
      " values a method. Gaussian kernels with Silverman's bandwidth, at least one percentage point. "
      "Further right is better, narrower is fairer.";
  if (blocks == 0) return figure;
  figure.script = "set title " + gnuplot_string(comparison.title) +
                  "\nset xlabel 'accuracy of a client (%)'\nset ylabel 'density'\n"
                  "set xrange [0:100]\nset yrange [0:*]\n"
                  "set grid back lc rgb '#dddddd' lt 1\n"
                  "set key outside right center Left reverse samplen 3 spacing 1.3\n"
                  "plot " +
                  lines + "\n";
  return figure;
}

}  // namespace fedmeta::report
