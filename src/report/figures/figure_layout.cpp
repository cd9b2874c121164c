#include "report/figures/figure_layout.hpp"

#include <algorithm>
#include <array>

#include "report/figures/pens.hpp"
#include "report/tables/layout_row.hpp"

namespace fedmeta::report {
namespace {

constexpr std::array kinds{"rounds", "personalisation", "seeds", "clients"};
/// Okabe and Ito's without yellow, which cannot be seen on white.
constexpr std::array palette{"#000000", "#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"};
constexpr std::array marks{7, 5, 9, 11, 13, 4, 6, 8, 10, 12, 14};

std::vector<std::string> texts(Keys& keys, const std::string& key) {
  std::vector<std::string> all;
  const auto* array = keys.node<toml::array>(key);
  if (!array) return all;
  for (const auto& node : *array) {
    if (!node.is_string()) keys.fail(key + " has the wrong type", "give a list of texts");
    all.push_back(node.as_string()->get());
  }
  return all;
}

FigurePanel panel_of(Keys keys) {
  FigurePanel panel{keys.required<std::string>("title"), keys.required<std::string>("dataset"),
                    keys.required<double>("support"), texts(keys, "shows"),
                    keys.optional<double>("smoothing").value_or(0)};
  keys.end();
  return panel;
}

FigureCurve curve_of(Keys keys) {
  FigureCurve curve{row_of(keys), keys.optional<std::string>("panel"), {}};
  const auto place = keys.optional<std::int64_t>("colour");
  if (place && (*place < 0 || *place >= static_cast<std::int64_t>(palette.size())))
    keys.fail("no such colour", "give 0 to " + std::to_string(palette.size() - 1));
  curve.pen.colour = place ? palette[static_cast<std::size_t>(*place)] : colour(curve.runs.algorithm);
  curve.pen.dash = std::to_string(keys.optional<std::int64_t>("dash").value_or(1));
  keys.end();
  return curve;
}

}  // namespace

FigureLayout parse_figure_layout(const std::string& name, std::string_view text) {
  const toml::table table = parse_toml(text, name);
  Keys keys(table, name);
  FigureLayout layout{name,
                      keys.required<std::string>("title"),
                      keys.required<std::string>("caption"),
                      keys.required<std::string>("kind"),
                      static_cast<std::size_t>(keys.required<std::int64_t>("columns")),
                      all_of(keys, "panels", panel_of),
                      all_of(keys, "curves", curve_of)};
  keys.end();
  if (std::ranges::find(kinds, layout.kind) == kinds.end())
    keys.fail("no such kind", "use rounds, personalisation, seeds or clients");
  for (std::size_t c = 0; c < layout.curves.size(); ++c) {
    auto& curve = layout.curves[c];
    curve.pen.mark = marks[c % marks.size()];
    if (curve.panel &&
        std::ranges::find(layout.panels, *curve.panel, &FigurePanel::title) == layout.panels.end())
      keys.fail("no panel " + *curve.panel, "use the title of one");
  }
  return layout;
}

const std::vector<FigureLayout>& figure_layouts() {
  static const std::vector<FigureLayout> all = [] {
    std::vector<FigureLayout> parsed;
    for (const auto& [name, text] : figure_layout_texts()) parsed.push_back(parse_figure_layout(name, text));
    return parsed;
  }();
  return all;
}

}  // namespace fedmeta::report
