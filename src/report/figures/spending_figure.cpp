// Figure: accuracy against what it took: FLOPs, bytes and, on one machine, seconds.
#include "report/figures/courses.hpp"
#include "report/figures/figures.hpp"
#include "report/figures/panels.hpp"
#include "report/pooling/totals.hpp"

namespace fedmeta::report {

Figure spending_figure(const Comparison& comparison) {
  Figure figure{.name = comparison.name + "-spending",
                .title = comparison.title,
                .caption = "Accuracy on the query sets of " + evaluated_clients(comparison) +
                           ", after adaptation, against what training had spent by then. " +
                           seeds_note({&comparison}),
                .shares_y = true,
                .panel_width = 20,
                .panel_height = 18};
  std::vector<Resource> shown{Resource::flops, Resource::bytes};
  if (on_one_machine(comparison)) shown.push_back(Resource::seconds);
  const Pens pens(comparison);
  for (const Resource resource : shown)
    if (auto panel = spending_panel(figure, comparison, pens, resource); !panel.lines.empty())
      figure.panels.push_back(std::move(panel));
  figure.columns = figure.panels.size();
  return figure;
}

}  // namespace fedmeta::report
