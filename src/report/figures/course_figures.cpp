// Figures: accuracy and loss against rounds, and accuracy against epochs of personalisation.
#include <algorithm>
#include <cmath>

#include "report/figures/courses.hpp"
#include "report/figures/figures.hpp"
#include "report/output/table.hpp"

namespace fedmeta::report {
namespace {

/// A figure of one panel.
Figure course_figure(const Comparison& comparison, const std::string& name, const std::string& x_title,
                     const std::string& y_title, const CurveOf& curve_of) {
  Figure figure{.name = comparison.name + "-" + name, .title = comparison.title, .caption = ""};
  Panel panel{"", x_title, y_title};
  const auto last = draw_courses(figure, panel, comparison, Pens(comparison), curve_of);
  set_course_axes(panel, last);
  if (last) figure.panels.push_back(std::move(panel));
  return figure;
}

/// The axis mentions smoothing, since a figure may be seen without its caption.
std::string smoothed(const std::string& title, double smoothing) {
  return title + (smoothing > 0 ? ", moving average (weight " + number(smoothing) + ")" : "");
}

}  // namespace

Figure accuracy_figure(const Comparison& comparison, double smoothing) {
  Figure figure = course_figure(
      comparison, "accuracy", "training round", smoothed(comparison.split + " accuracy (%)", smoothing),
      over_rounds(comparison.split, &cost::EvaluationRow::accuracy, 100, smoothing));
  figure.caption = "Accuracy on the query sets of " + evaluated_clients(comparison) +
                   ", after adaptation, against training rounds. " + seeds_note({&comparison}) +
                   smoothing_note(smoothing);
  if (!comparison.setting.target || figure.panels.empty()) return figure;
  const std::string target = number(100 * *comparison.setting.target);
  const Pen pen{"#777777", "3", 0, 1.5};
  figure.panels.front().lines.push_back(target + " with lines " + line_options(pen, 1));
  figure.add_to_legend("target " + target + "%", pen);
  return figure;
}

Figure loss_figure(const Comparison& comparison, double smoothing) {
  Figure figure =
      course_figure(comparison, "loss", "training round", smoothed(comparison.split + " loss", smoothing),
                    over_rounds(comparison.split, &cost::EvaluationRow::loss, 1, smoothing));
  figure.caption = "Loss on the query sets of " + evaluated_clients(comparison) +
                   ", after adaptation, against training rounds. " + seeds_note({&comparison}) +
                   smoothing_note(smoothing);
  return figure;
}

Figure personalisation_figure(const Comparison& comparison) {
  Figure figure = course_figure(comparison, "personalisation", "epochs of personalisation",
                                "accuracy, client mean (%)", over_personalisation());
  figure.caption = "Mean over " + evaluated_clients(comparison) +
                   " of their accuracy, after so many epochs of adaptation to each. " +
                   seeds_note({&comparison});
  return figure;
}

}  // namespace fedmeta::report
