// Figures: accuracy and loss against rounds, and accuracy against epochs of personalisation.
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>

#include "report/figures/figures.hpp"
#include "report/output/table.hpp"
#include "report/output/text_sinks.hpp"
#include "report/pooling/statistics.hpp"

namespace fedmeta::report {
namespace {

/// Values of one seed, by round or epoch, finite ones alone.
using Curve = std::map<std::int64_t, double>;

/// What a figure shows of a method.
struct Course {
  std::vector<Curve> complete, incomplete;  ///< a curve for each seed

  bool empty() const { return complete.empty() && incomplete.empty(); }
};

using CurveOf = std::function<Curve(const Member&)>;

Course course_of(const Method& method, const CurveOf& curve_of) {
  Course course;
  for (const Member& member : method.members)
    if (const auto curve = curve_of(member); !curve.empty()) course.complete.push_back(curve);
  for (const Member& member : method.incomplete)
    if (const auto curve = curve_of(member); !curve.empty()) course.incomplete.push_back(curve);
  return course;
}

/// Returns the places at which all complete seeds have a value: a mean over fewer would jump.
std::vector<std::int64_t> common_places(const Course& course) {
  std::vector<std::int64_t> places;
  if (course.complete.empty()) return places;
  for (const auto& [place, value] : course.complete.front())
    if (std::all_of(course.complete.begin(), course.complete.end(),
                    [place = place](const Curve& curve) { return curve.contains(place); }))
      places.push_back(place);
  return places;
}

/// Returns the mean over complete seeds of a method that was evaluated before any round alone: one without
/// rounds, which is a level beside the courses of others.
std::optional<double> level_of(const Course& course) {
  std::vector<double> values;
  for (const Curve& curve : course.complete) {
    if (curve.size() != 1 || curve.begin()->first != 0) return {};
    values.push_back(curve.begin()->second);
  }
  if (values.empty() || !course.incomplete.empty()) return {};
  return summarise(values).mean;
}

/// Returns the seeds to draw by themselves: incomplete ones, and those that have values where others have
/// none.
std::vector<Curve> single_curves(const Course& course, std::size_t common) {
  auto single = course.incomplete;
  for (const Curve& curve : course.complete)
    if (curve.size() > common) single.push_back(curve);
  return single;
}

/// Returns values smoothed along each seed's evaluations as in Flower's baseline (docs/protocols.md A15):
/// s <- w s + (1 - w) x, from the first value on.
Curve smoothed_curve(const Member& member, const std::string& split, double cost::EvaluationRow::*value,
                     double weight) {
  Curve curve;
  std::optional<double> smooth;
  for (const cost::EvaluationRow& row : member.run->evaluations) {
    if (row.split != split || !std::isfinite(row.*value)) continue;
    smooth = smooth ? weight * *smooth + (1 - weight) * row.*value : row.*value;
    curve[row.round] = *smooth;
  }
  return curve;
}

/// Returns a block for gnuplot's `index`.
std::string mean_data(const Method& method, const Course& course, const std::vector<std::int64_t>& places,
                      double scale) {
  std::string data = "# " + gnuplot_comment(method.name) +
                     ": place, mean over seeds, less and plus the standard deviation\n";
  for (const auto place : places) {
    std::vector<double> values;
    for (const Curve& curve : course.complete) values.push_back(scale * curve.at(place));
    const Summary summary = summarise(values);
    const double deviation = summary.deviation.value_or(0);
    data += std::to_string(place) + " " + number(summary.mean) + " " + number(summary.mean - deviation) +
            " " + number(summary.mean + deviation) + "\n";
  }
  return data + "\n\n";
}

std::string curve_data(const Method& method, const Curve& curve, double scale) {
  std::string data = "# " + gnuplot_comment(method.name) + ": place, one seed\n";
  for (const auto& [place, value] : curve) data += std::to_string(place) + " " + number(scale * value) + "\n";
  return data + "\n\n";
}

std::string title_of(const Comparison& comparison) {
  return "set title " + gnuplot_string(comparison.title);
}

/// The parts of a plot command, bands first so that lines lie on them.
struct Plot {
  std::string bands, lines;
  std::size_t blocks = 0;  ///< of data so far
  std::int64_t last = 1;

  std::string block() { return "data index " + std::to_string(blocks++); }
  void add(std::string& to, const std::string& part) { to += (to.empty() ? "" : ", \\\n  ") + part; }
  std::string command() const { return "plot " + bands + (bands.empty() ? "" : ", \\\n  ") + lines + "\n"; }
};

void add_method(Plot& plot, Figure& figure, const Comparison& comparison, std::size_t m, const Course& course,
                double scale) {
  const Method& method = comparison.methods[m];
  if (const auto level = level_of(course)) {
    plot.add(plot.lines, number(scale * *level) + " with lines " + line_style(comparison, m, 1) + " title " +
                             gnuplot_string(method.name));
    return;
  }
  const auto places = common_places(course);
  const auto title = " title " + gnuplot_string(method.name);
  if (!places.empty()) {
    figure.data += mean_data(method, course, places, scale);
    const auto block = plot.block();
    plot.last = std::max(plot.last, places.back());
    if (course.complete.size() > 1)
      plot.add(plot.bands, block + " using 1:3:4 with filledcurves fc rgb '" + colour(method.algorithm) +
                               "' fs transparent solid 0.15 noborder notitle");
    plot.add(plot.lines,
             block + " using 1:2 with linespoints " + line_style(comparison, m, places.size()) + title);
  }
  bool named = !places.empty();
  for (const Curve& curve : single_curves(course, places.size())) {
    figure.data += curve_data(method, curve, scale);
    plot.last = std::max(plot.last, curve.rbegin()->first);
    plot.add(plot.lines, plot.block() + " using 1:2 with lines lc rgb '" + colour(method.algorithm) +
                             "' lw 0.8 dt 2" + (named ? " notitle" : title));
    named = true;
  }
}

/// Makes a figure with lines of means, bands of their standard deviation, and single seeds that belong to no
/// mean.
Figure course_figure(const Comparison& comparison, const CurveOf& curve_of, const std::string& against,
                     double scale) {
  Figure figure;
  figure.width += room_for_names(comparison);
  Plot plot;
  for (std::size_t m = 0; m < comparison.methods.size(); ++m)
    if (const Course course = course_of(comparison.methods[m], curve_of); !course.empty())
      add_method(plot, figure, comparison, m, course, scale);
  figure.script = title_of(comparison) + "\nset xlabel '" + against +
                  "'\n"
                  "set grid back lc rgb '#dddddd' lt 1\n"
                  "set key outside right center Left reverse samplen 3 spacing 1.3\n"
                  "set xrange [0:" +
                  std::to_string(plot.last) + "]\n";
  if (plot.blocks > 0) figure.script += plot.command();
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
  const auto curve = [&](const Member& member) {
    return smoothed_curve(member, comparison.split, value, smoothing);
  };
  return course_figure(comparison, curve, "training round", scale);
}

std::string seeds_note(const Comparison& comparison) {
  std::size_t most = 0;
  for (const Method& method : comparison.methods) most = std::max(most, all_seeds(method).size());
  if (most < 2) return "One seed.";
  return "Mean over complete seeds where all of them were evaluated, with a band of one sample standard "
         "deviation; "
         "thin and dashed: single seeds that were not complete or were evaluated in other rounds. At most " +
         std::to_string(most) + " seeds.";
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
  const auto curve = [](const Member& member) {
    Curve epochs;
    for (const cost::CurveRow& row : member.run->curve)
      if (std::isfinite(row.accuracy_client_mean)) epochs[row.epochs] = row.accuracy_client_mean;
    return epochs;
  };
  Figure figure = course_figure(comparison, curve, "epochs of personalisation", 100);
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
