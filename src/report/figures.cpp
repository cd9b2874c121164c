#include "report/figures.hpp"

#include <algorithm>
#include <map>

namespace fedmeta::report {

std::string colour(const std::string& algorithm) {
  static const std::map<std::string, std::string> colours{
      {"fedsgd", "#999999"},    {"fedavg", "#000000"}, {"fedavg-meta", "#56B4E9"}, {"reptile", "#009E73"},
      {"perfedavg", "#CC79A7"}, {"fomaml", "#E69F00"}, {"maml", "#D55E00"},        {"meta-sgd", "#0072B2"},
      {"mfu", "#999999"},       {"mru", "#CC79A7"},    {"nb", "#F0E442"},          {"self", "#009E73"},
      {"mixed", "#56B4E9"}};
  const auto found = colours.find(algorithm);
  return found == colours.end() ? "#666666" : found->second;
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
