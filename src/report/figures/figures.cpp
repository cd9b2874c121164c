#include "report/figures/figures.hpp"

#include <algorithm>
#include <array>

#include "algorithms/descriptor.hpp"

namespace fedmeta::report {

std::string colour(const std::string& algorithm) {
  const auto* known = algorithms::find_descriptor(algorithm);
  return known ? known->colour : "#666666";
}

std::string line_style(const Comparison& comparison, std::size_t method, std::size_t points) {
  static constexpr std::array marks{7, 5, 9, 11, 13, 4, 6, 8, 10, 12, 14, 3, 1};
  static constexpr std::array dashes{"1", "'-'", "'.'", "'-.'", "'_. '"};
  const auto& algorithm = comparison.methods[method].algorithm;
  const auto variant = static_cast<std::size_t>(std::count_if(
      comparison.methods.begin(), comparison.methods.begin() + static_cast<std::ptrdiff_t>(method),
      [&](const Method& other) { return other.algorithm == algorithm; }));
  const std::size_t step = std::max<std::size_t>(1, points / 10);
  return "lc rgb '" + colour(algorithm) + "' lw 2 dt " + dashes[variant % dashes.size()] + " pt " +
         std::to_string(marks[method % marks.size()]) + " ps 0.7 pi " + std::to_string(step);
}

Scale scale_for(double largest) {
  static constexpr std::array prefixes{"", "k", "M", "G", "T", "P", "E"};
  std::size_t i = 0;
  double factor = 1;
  for (; largest * factor >= 1000 && i + 1 < prefixes.size(); ++i) factor /= 1000;
  return {factor, prefixes[i]};
}

int room_for_names(const Comparison& comparison) {
  std::size_t longest = 0;
  for (const Method& method : comparison.methods) longest = std::max(longest, method.name.size());
  constexpr std::size_t usual = 12, most = 200;
  longest = std::min(longest, most);  // as gnuplot_string() shortens them
  return longest > usual ? 9 * static_cast<int>(longest - usual) : 0;
}

std::vector<Figure> make_figures(const Comparison& comparison, double smoothing) {
  std::vector<Figure> figures{accuracy_figure(comparison, smoothing),
                              loss_figure(comparison, smoothing),
                              spending_figure(comparison),
                              personalisation_figure(comparison),
                              overhead_figure(comparison),
                              clients_figure(comparison),
                              density_figure(comparison)};
  std::erase_if(figures, [](const Figure& figure) { return figure.data.empty(); });
  return figures;
}

}  // namespace fedmeta::report
