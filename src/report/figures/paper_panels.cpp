// Panels with curves: against rounds, and against epochs of personalisation.
#include "report/figures/paper_panels.hpp"

#include <algorithm>
#include <cmath>

#include "report/figures/courses.hpp"
#include "report/figures/pens.hpp"
#include "report/output/table.hpp"
#include "report/tables/published.hpp"

namespace fedmeta::report {
namespace {

bool is_loss(const std::string& measure) {
  return measure.ends_with("loss");
}

bool is_initial(const std::string& measure) {
  return measure.starts_with("initial");
}

std::string y_title(const std::string& measure) {
  return is_loss(measure)                   ? "loss"
         : measure.ends_with("client_mean") ? "accuracy, client mean (%)"
                                            : "accuracy (%)";
}

/// How a measure of a curve looks: where a panel has several, the initial one is dashed.
LegendEntry look_of(const FigureCurve& curve, const FigurePanel& panel, const std::string& measure) {
  if (panel.shows.size() == 1) return {curve.runs.title, curve.pen};
  LegendEntry look{curve.runs.title + (is_initial(measure) ? ", initial" : ", personalised"), curve.pen};
  if (is_initial(measure)) look.pen.dash = "'-'";
  return look;
}

/// Adds what was measured below a smoothed curve.
void draw_unsmoothed(Figure& figure, Panel& panel, const PanelCurve& curve, const CurveOf& curve_of) {
  Pen pen = curve.layout->pen;
  for (const Member& member : curve.runs.method->members) {
    std::string rows;
    for (const auto& [place, point] : curve_of(member))
      rows += number(point.x) + " " + number(point.y) + "\n";
    if (rows.empty()) continue;
    const auto block = figure.add_block(curve.layout->runs.title + ": place, one seed as measured", rows);
    panel.bands.push_back(block + " using 1:2 with lines lw 0.6 lc rgb '#B0" + pen.colour.substr(1) + "'");
  }
}

/// Adds the values with which the source's curves end, at the right edge.
void draw_published(Figure& figure, Panel& panel, const FigureLayout& layout, const FigurePanel& of,
                    const std::vector<PanelCurve>& curves, double last) {
  const auto& values = published(layout.name);
  for (const PanelCurve& curve : curves) {
    const auto found = values.find({curve.layout->runs.title, of.title});
    if (found == values.end()) continue;
    const auto block = figure.add_block(curve.layout->runs.title + ": place, published at the end",
                                        number(last) + " " + number(found->second.value) + "\n");
    panel.lines.push_back(block + " using 1:2 with points pt 4 ps 1.4 lw 2 lc rgb '" +
                          curve.layout->pen.colour + "'");
    figure.add_to_legend("published, at the end", {"#777777", "'. '", 4});
  }
}

}  // namespace

Panel rounds_panel(Figure& figure, const FigureLayout& layout, const FigurePanel& of,
                   const std::vector<PanelCurve>& curves) {
  Panel panel{of.title, "training round", y_title(of.shows.front())};
  double last = 1;
  bool any = false;
  for (const PanelCurve& curve : curves)
    for (const auto& measure : of.shows) {
      const auto value = find_measure(measure)->value;
      const double scale = is_loss(measure) ? 1 : 100;
      const auto& split = curve.runs.comparison->split;
      if (of.smoothing > 0) draw_unsmoothed(figure, panel, curve, over_rounds(split, value, scale, 0));
      const auto furthest =
          draw_course(figure, panel, *curve.runs.method, look_of(*curve.layout, of, measure),
                      over_rounds(split, value, scale, of.smoothing));
      any = any || furthest;
      last = std::max(last, furthest.value_or(0));
    }
  if (any) draw_published(figure, panel, layout, of, curves, last);
  set_course_axes(panel, last);
  panel.settings = "set yrange [0:*]\n";
  return panel;
}

Panel personalisation_panel(Figure& figure, const FigureLayout& /*layout*/, const FigurePanel& of,
                            const std::vector<PanelCurve>& curves) {
  Panel panel{of.title, "epochs of personalisation", "accuracy, client mean (%)"};
  double last = 1;
  for (const PanelCurve& curve : curves)
    if (const auto furthest =
            draw_course(figure, panel, *curve.runs.method, {curve.layout->runs.title, curve.layout->pen},
                        over_personalisation()))
      last = std::max(last, *furthest);
  set_course_axes(panel, last);
  return panel;
}

}  // namespace fedmeta::report
