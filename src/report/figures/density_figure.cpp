// Figure: density of accuracy over clients, as in the last row of Chen et al.'s Figure 2.
#include "report/figures/figures.hpp"
#include "report/figures/panels.hpp"

namespace fedmeta::report {

Figure density_figure(const Comparison& comparison) {
  Figure figure{.name = comparison.name + "-density", .title = comparison.title, .caption = ""};
  std::size_t most = 0;
  auto panel = density_panel(figure, comparison, Pens(comparison), most);
  if (!panel.lines.empty()) figure.panels.push_back(std::move(panel));
  figure.caption = density_note(most);
  return figure;
}

}  // namespace fedmeta::report
