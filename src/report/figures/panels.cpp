#include "report/figures/panels.hpp"

#include <algorithm>
#include <cmath>

#include "report/figures/courses.hpp"
#include "report/figures/figures.hpp"
#include "report/output/table.hpp"
#include "report/tables/fairness.hpp"

namespace fedmeta::report {
namespace {

CurveOf over_spending(const std::string& split, Resource resource, double scale) {
  return [=](const Member& member) {
    Curve curve;
    double spent = 0;
    auto row = member.run->rounds.begin();
    for (const auto& evaluation : member.run->evaluations) {
      if (evaluation.split != split || !std::isfinite(evaluation.accuracy)) continue;
      for (; row != member.run->rounds.end() && row->round <= evaluation.round; ++row)
        spent += spending_of(*row)[static_cast<std::size_t>(resource)];
      curve[evaluation.round] = {scale * spent, 100 * evaluation.accuracy};
    }
    return curve;
  };
}

double most_spent(const Comparison& comparison, Resource resource) {
  double most = 0;
  const auto curve_of = over_spending(comparison.split, resource, 1);
  for (const Method& method : comparison.methods)
    for (const Member& member : all_seeds(method))
      for (const auto& [round, point] : curve_of(member)) most = std::max(most, point.x);
  return most;
}

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

std::string spending_title(Resource resource, const std::string& prefix) {
  if (resource == Resource::seconds) return "time of training (" + prefix + "s)";
  return resource == Resource::flops ? "computation (" + prefix + "FLOP)" : "communication (" + prefix + "B)";
}

Panel spending_panel(Figure& figure, const Comparison& comparison, const Pens& pens, Resource resource) {
  const double most = most_spent(comparison, resource);
  const auto [factor, prefix] = scale_for(most);
  Panel panel{"", spending_title(resource, prefix), comparison.split + " accuracy (%)"};
  draw_courses(figure, panel, comparison, pens, over_spending(comparison.split, resource, factor));
  panel.x_axis = {most > 0 ? most * factor : 1};
  panel.settings = "set yrange [0:100]\n";
  return panel;
}

Panel density_panel(Figure& figure, const Comparison& comparison, const Pens& pens, std::size_t& most) {
  constexpr std::size_t fewest = 5;  // clients of which a density says something
  Panel panel{"", "accuracy of a client (%)", "density"};
  panel.settings = "set xrange [0:100]\nset yrange [0:*]\n";
  for (const Method& method : comparison.methods) {
    const auto clients = clients_of(method);
    if (clients.size() < fewest) continue;
    most = std::max(most, clients.size());
    const auto density = kernel_density(clients, places(), /*narrowest=*/1);
    std::string rows;
    for (std::size_t i = 0; i < density.size(); ++i)
      rows += number(places()[i]) + " " + number(density[i]) + "\n";
    const Pen& pen = pens.of(method);
    panel.lines.push_back(
        figure.add_block(method.name + ": accuracy in percent, density per percentage point", rows) +
        " using 1:2 with linespoints " + line_options(pen, density.size()));
    figure.add_to_legend(method.name, pen);
  }
  return panel;
}

std::string density_note(std::size_t most) {
  return "Density of accuracy over the clients of the last evaluation, after adaptation, all complete seeds "
         "together: at most " +
         std::to_string(most) +
         " values a method. Gaussian kernels with Silverman's bandwidth, at least one percentage point. "
         "Further right is better, narrower is fairer.";
}

}  // namespace fedmeta::report
