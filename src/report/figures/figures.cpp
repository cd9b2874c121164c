#include "report/figures/figures.hpp"

#include <algorithm>
#include <array>

namespace fedmeta::report {

Scale scale_for(double largest) {
  static constexpr std::array prefixes{"", "k", "M", "G", "T", "P", "E"};
  std::size_t i = 0;
  double factor = 1;
  for (; largest * factor >= 1000 && i + 1 < prefixes.size(); ++i) factor /= 1000;
  return {factor, prefixes[i]};
}

std::vector<Figure> make_figures(const Comparison& comparison, double smoothing) {
  std::vector<Figure> figures{accuracy_figure(comparison, smoothing),
                              loss_figure(comparison, smoothing),
                              top_figure(comparison, smoothing),
                              spending_figure(comparison),
                              personalisation_figure(comparison),
                              overhead_figure(comparison),
                              clients_figure(comparison),
                              density_figure(comparison)};
  std::erase_if(figures, [](const Figure& figure) { return figure.panels.empty(); });
  return figures;
}

}  // namespace fedmeta::report
