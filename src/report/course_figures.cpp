// Figures: accuracy and loss against rounds, and accuracy against epochs of personalisation.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <optional>

#include "report/figures.hpp"
#include "report/table.hpp"
#include "report/text_sinks.hpp"

namespace fedmeta::report {
namespace {

/// Returns the style of a method's line, with marks at about ten of its points.
std::string line_style(const Method& method, std::size_t index, std::size_t points) {
  static constexpr std::array marks{7, 5, 9, 11, 13, 4, 6, 8, 10, 12, 14, 3, 1};
  const std::size_t step = std::max<std::size_t>(1, points / 10);
  return "lc rgb '" + colour(method.algorithm) + "' lw 2 pt " + std::to_string(marks[index % marks.size()]) +
         " ps 0.7 pi " + std::to_string(step);
}

/// Finite values of the seeds, by round or epoch.
using Course = std::map<std::int64_t, std::vector<double>>;

/// Returns values smoothed along each seed's evaluations as in Flower's baseline (docs/protocols.md A15):
/// s <- w s + (1 - w) x, from the first value on.
Course course_of(const Comparison& comparison, const Method& method, double cost::EvaluationRow::*value,
                 double weight) {
  Course course;
  for (const Member& member : method.members) {
    std::optional<double> smooth;
    for (const cost::EvaluationRow& row : member.run->evaluations) {
      if (row.split != comparison.split || !std::isfinite(row.*value)) continue;
      smooth = smooth ? weight * *smooth + (1 - weight) * row.*value : row.*value;
      course[row.round].push_back(*smooth);
    }
  }
  return course;
}

std::string course_data(const Method& method, const Course& course, double scale) {
  std::string data = "# " + gnuplot_comment(method.name) + ": place, mean, lowest, highest over seeds\n";
  for (const auto& [place, values] : course) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    data += std::to_string(place) + " " + number(scale * summarise(values).mean) + " " +
            number(scale * *low) + " " + number(scale * *high) + "\n";
  }
  return data + "\n\n";
}

std::string title_of(const Comparison& comparison) {
  return "set title " + gnuplot_string(describe(comparison.setting));
}

/// Makes a figure with lines of means and bands from the lowest to the highest seed.
Figure course_figure(const Comparison& comparison,
                     const std::function<Course(const Method&)>& course_of_method, const std::string& against,
                     double scale) {
  Figure figure;
  figure.width += room_for_names(comparison);
  std::string bands, lines;
  std::size_t index = 0;
  std::int64_t last = 1;
  for (const Method& method : comparison.methods) {
    const Course course = course_of_method(method);
    if (course.empty()) continue;
    figure.data += course_data(method, course, scale);
    last = std::max(last, course.rbegin()->first);
    const std::string block = "index " + std::to_string(index);
    if (method.members.size() > 1)
      bands += "data " + block + " using 1:3:4 with filledcurves fc rgb '" + colour(method.algorithm) +
               "' fs transparent solid 0.15 noborder notitle, \\\n  ";
    lines += (index ? ", \\\n  " : "") + std::string("data ") + block + " using 1:2 with linespoints " +
             line_style(method, index, course.size()) + " title " + gnuplot_string(method.name);
    ++index;
  }
  figure.script = title_of(comparison) + "\nset xlabel '" + against +
                  "'\n"
                  "set grid back lc rgb '#dddddd' lt 1\n"
                  "set key outside right center Left reverse samplen 3 spacing 1.3\n"
                  "set xrange [0:" +
                  std::to_string(last) + "]\n";
  if (index > 0) figure.script += "plot " + bands + lines + "\n";
  if (index == 0) figure.data.clear();
  return figure;
}

/// Returns the title of the axis. It mentions smoothing, since a figure may be seen without its caption.
std::string axis_title(const std::string& title, double smoothing) {
  const std::string note = smoothing > 0 ? ", moving average (weight " + number(smoothing) + ")" : "";
  return "set ylabel " + gnuplot_string(title + note) + "\n";
}

std::string smoothing_note(double smoothing) {
  if (smoothing == 0) return "";
  return " Exponential moving average over each seed's evaluations, weight " + number(smoothing) +
         " of what came before; tables are not smoothed.";
}

Figure over_rounds(const Comparison& comparison, double cost::EvaluationRow::*value, double scale,
                   double smoothing) {
  const auto course = [&](const Method& method) { return course_of(comparison, method, value, smoothing); };
  return course_figure(comparison, course, "training round", scale);
}

std::string seeds_note(const Comparison& comparison) {
  std::size_t most = 0;
  for (const Method& method : comparison.methods) most = std::max(most, method.members.size());
  if (most < 2) return "One seed.";
  return "Mean over seeds; the band reaches from the lowest to the highest seed.";
}

}  // namespace

Figure accuracy_figure(const Comparison& comparison, double smoothing) {
  Figure figure = over_rounds(comparison, &cost::EvaluationRow::accuracy, 100, smoothing);
  figure.name = comparison.name + "-accuracy";
  figure.caption = "Accuracy on the query sets of the " + comparison.split +
                   " clients, after adaptation, against training rounds. " + seeds_note(comparison) +
                   smoothing_note(smoothing);
  figure.script = axis_title(comparison.split + " accuracy (%)", smoothing) + figure.script;
  if (!comparison.setting.target || figure.data.empty()) return figure;
  const std::string target = number(100 * *comparison.setting.target);
  figure.script.pop_back();
  figure.script +=
      ", \\\n  " + target + " with lines lc rgb '#777777' dt 3 lw 1.5 title 'target " + target + "%'\n";
  return figure;
}

Figure personalisation_figure(const Comparison& comparison) {
  const auto course = [](const Method& method) {
    Course course;
    for (const Member& member : method.members)
      for (const cost::CurveRow& row : member.run->curve)
        course[row.epochs].push_back(row.accuracy_client_mean);
    return course;
  };
  Figure figure = course_figure(comparison, course, "epochs of personalisation", 100);
  figure.name = comparison.name + "-personalisation";
  figure.caption =
      "Mean over the test clients of their accuracy, after so many epochs of adaptation to each. " +
      seeds_note(comparison);
  figure.script = "set ylabel 'accuracy, client mean (%)'\n" + figure.script;
  return figure;
}

Figure loss_figure(const Comparison& comparison, double smoothing) {
  Figure figure = over_rounds(comparison, &cost::EvaluationRow::loss, 1, smoothing);
  figure.name = comparison.name + "-loss";
  figure.caption = "Loss on the query sets of the " + comparison.split +
                   " clients, after adaptation, against training rounds. " + seeds_note(comparison) +
                   smoothing_note(smoothing);
  figure.script = axis_title(comparison.split + " loss", smoothing) + figure.script;
  return figure;
}

}  // namespace fedmeta::report
