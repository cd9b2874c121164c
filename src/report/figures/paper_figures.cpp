#include "report/figures/paper_figures.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/joined.hpp"
#include "base/text.hpp"
#include "report/figures/courses.hpp"
#include "report/figures/paper_panels.hpp"

namespace fedmeta::report {
namespace {

using DrawPanel = Panel (*)(Figure&, const FigureLayout&, const FigurePanel&, const std::vector<PanelCurve>&);

DrawPanel draw_for(const std::string& kind) {
  static const std::map<std::string, DrawPanel> all{{"rounds", rounds_panel},
                                                    {"personalisation", personalisation_panel},
                                                    {"seeds", seeds_panel},
                                                    {"clients", clients_panel}};
  return all.at(kind);
}

/// What a caption says of one panel.
struct Notes {
  std::vector<std::string> lacking;  ///< curves that were not run
  std::vector<std::string> chosen;   ///< where several methods would belong
};

std::vector<PanelCurve> curves_of(const FigureLayout& layout, const FigurePanel& panel,
                                  const std::vector<Comparison>& comparisons, Notes& notes) {
  std::vector<PanelCurve> curves;
  for (const FigureCurve& curve : layout.curves) {
    if (curve.panel && *curve.panel != panel.title) continue;
    const auto found = candidates(comparisons, curve.runs, panel.dataset, panel.support);
    if (found.empty()) {
      notes.lacking.push_back(curve.runs.title);
      continue;
    }
    if (found.size() > 1)
      notes.chosen.push_back(fmt::format("{}: {} methods belong here; {} is shown.", curve.runs.title,
                                         found.size(), found.front().method->name));
    curves.push_back({&curve, found.front()});
  }
  return curves;
}

/// "the 25 test clients, FEMNIST (generated), 60 writers, 90% support; 3 to 9 seeds"
std::string data_note(const std::vector<PanelCurve>& curves) {
  std::size_t fewest = SIZE_MAX, most = 0;
  for (const PanelCurve& curve : curves) {
    const auto seeds = all_seeds(*curve.runs.method).size();
    fewest = std::min(fewest, seeds);
    most = std::max(most, seeds);
  }
  const auto& comparison = *curves.front().runs.comparison;
  return fmt::format("{}, {}; {}{}", evaluated_clients(comparison), comparison.title,
                     fewest == most ? "" : fmt::format("{} to ", fewest), counted(most, "seed"));
}

std::string clients_note(const std::vector<PanelCurve>& curves) {
  std::string note;
  for (const PanelCurve& curve : curves) {
    const auto points = client_points(*curve.runs.method);
    const auto gain =
        std::ranges::count_if(points, [](const auto& point) { return point.after > point.before; });
    const auto lose =
        std::ranges::count_if(points, [](const auto& point) { return point.after < point.before; });
    note += fmt::format(" {} of {} gain, {} lose.", gain, points.size(), lose);
  }
  return note;
}

}  // namespace

std::vector<Place> places_of(const FigureLayout& layout) {
  std::vector<Place> places;
  for (const FigurePanel& panel : layout.panels)
    for (const FigureCurve& curve : layout.curves)
      if (curve.panel.value_or(panel.title) == panel.title)
        places.push_back({&curve.runs, panel.dataset, panel.support});
  return places;
}

std::optional<Figure> paper_figure(const FigureLayout& layout, const std::vector<Comparison>& comparisons) {
  Figure figure{.name = layout.name,
                .title = layout.title,
                .caption = layout.title + ". " + layout.caption,
                .columns = layout.columns,
                .wide = layout.columns > 1,
                .panel_width = layout.columns > 2 ? 22.0 : 28.0,
                .panel_height = 20};
  std::vector<std::string> missing;
  std::string data;  // of the panel before
  for (const FigurePanel& of : layout.panels) {
    Notes notes;
    const auto curves = curves_of(layout, of, comparisons, notes);
    auto panel = curves.empty() ? Panel{} : draw_for(layout.kind)(figure, layout, of, curves);
    if (panel.lines.empty()) {
      missing.push_back(of.title);
      continue;
    }
    figure.caption +=
        " " + of.title + ": " + (data == data_note(curves) ? "the same clients" : data_note(curves)) + ".";
    data = data_note(curves);
    if (layout.kind == "clients") figure.caption += clients_note(curves);
    if (!notes.lacking.empty()) figure.caption += " Not run: " + joined(notes.lacking, "; ") + ".";
    for (const auto& chosen : notes.chosen) figure.caption += " " + chosen;
    figure.panels.push_back(std::move(panel));
  }
  if (figure.panels.empty()) return {};
  if (!missing.empty()) figure.caption += " Panels that were not run: " + joined(missing, "; ") + ".";
  figure.columns = std::min(figure.columns, figure.panels.size());
  return figure;
}

}  // namespace fedmeta::report
