#include "report/figures.hpp"

#include <algorithm>

#include "algorithms/descriptor.hpp"

namespace fedmeta::report {

std::string colour(const std::string& algorithm) {
  const auto* known = algorithms::find_descriptor(algorithm);
  return known ? known->colour : "#666666";
}

int room_for_names(const Comparison& comparison) {
  std::size_t longest = 0;
  for (const Method& method : comparison.methods) longest = std::max(longest, method.name.size());
  constexpr std::size_t usual = 12, most = 200;
  longest = std::min(longest, most);  // as gnuplot_string() shortens them
  return longest > usual ? 8 * static_cast<int>(longest - usual) : 0;
}

std::vector<Figure> make_figures(const Comparison& comparison, double smoothing) {
  std::vector<Figure> figures{accuracy_figure(comparison, smoothing), loss_figure(comparison, smoothing),
                              personalisation_figure(comparison), overhead_figure(comparison),
                              clients_figure(comparison)};
  std::erase_if(figures, [](const Figure& figure) { return figure.data.empty(); });
  return figures;
}

}  // namespace fedmeta::report
