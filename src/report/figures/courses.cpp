#include "report/figures/courses.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>

#include "algorithms/descriptor.hpp"
#include "base/text.hpp"
#include "report/output/table.hpp"
#include "report/pooling/seed_curves.hpp"
#include "report/pooling/statistics.hpp"

namespace fedmeta::report {
namespace {

/// Splits by the number that stands for them in data/role.
constexpr std::array<std::string_view, 3> roles_by_split{"train", "validation", "test"};

struct Course {
  std::vector<Curve> complete, incomplete;  ///< a curve for each seed

  bool empty() const { return complete.empty() && incomplete.empty(); }
};

Course course_of(const Method& method, const CurveOf& curve_of) {
  Course course;
  const auto has_curve = [&](const Member& member) { return !curve_of(member).empty(); };
  for (const Member& member : method.members)
    if (const auto* shown = showing(method, member, has_curve)) course.complete.push_back(curve_of(*shown));
  for (const Member& member : method.incomplete)
    if (auto curve = curve_of(member); !curve.empty()) course.incomplete.push_back(std::move(curve));
  return course;
}

/// Returns the places at which all complete seeds have a value: a mean over fewer would jump.
std::vector<std::int64_t> common_places(const Course& course) {
  std::vector<std::int64_t> places;
  if (course.complete.empty()) return places;
  for (const auto& [place, point] : course.complete.front())
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
    values.push_back(curve.begin()->second.y);
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

std::string mean_rows(const Course& course, const std::vector<std::int64_t>& places) {
  std::string rows;
  for (const auto place : places) {
    std::vector<double> x, y;
    for (const Curve& curve : course.complete) {
      x.push_back(curve.at(place).x);
      y.push_back(curve.at(place).y);
    }
    const Summary values = summarise(y);
    const double deviation = values.deviation.value_or(0);
    rows += number(summarise(x).mean) + " " + number(values.mean) + " " + number(values.mean - deviation) +
            " " + number(values.mean + deviation) + "\n";
  }
  return rows;
}

double furthest(const Curve& curve) {
  double most = 0;
  for (const auto& [place, point] : curve) most = std::max(most, point.x);
  return most;
}

void draw_mean(Figure& figure, Panel& panel, const LegendEntry& look, const Course& course) {
  const auto places = common_places(course);
  if (places.empty()) return;
  const auto block =
      figure.add_block(look.name + ": place, mean over seeds, less and plus the standard deviation",
                       mean_rows(course, places));
  if (course.complete.size() > 1)
    panel.bands.push_back(block + " using 1:3:4 with filledcurves fc rgb '" + look.pen.colour +
                          "' fs transparent solid 0.15 noborder");
  panel.lines.push_back(block + " using 1:2 with linespoints " + line_options(look.pen, places.size()));
}

void draw_singles(Figure& figure, Panel& panel, const LegendEntry& look, const Course& course) {
  for (const Curve& curve : single_curves(course, common_places(course).size())) {
    std::string rows;
    for (const auto& [place, point] : curve) rows += number(point.x) + " " + number(point.y) + "\n";
    panel.lines.push_back(figure.add_block(look.name + ": place, one seed", rows) + " using 1:2 with lines " +
                          line_options(single_seed(look.pen), curve.size()));
  }
}

}  // namespace

CurveOf over_rounds(const std::string& split, double cost::EvaluationRow::*value, double scale,
                    double weight) {
  return [=](const Member& member) {
    Curve curve;
    for (const auto& [round, smooth] : smoothed_curve(*member.run, split, value, weight))
      curve[round] = {static_cast<double>(round), scale * smooth};
    return curve;
  };
}

CurveOf over_personalisation() {
  return [](const Member& member) {
    Curve curve;
    for (const cost::CurveRow& row : member.run->curve)
      if (std::isfinite(row.accuracy_client_mean))
        curve[row.epochs] = {static_cast<double>(row.epochs), 100 * row.accuracy_client_mean};
    return curve;
  };
}

std::optional<double> draw_course(Figure& figure, Panel& panel, const Method& method, const LegendEntry& look,
                                  const CurveOf& curve_of) {
  const Course course = course_of(method, curve_of);
  if (course.empty()) return {};
  double last = 0;
  const auto* known = algorithms::find_descriptor(method.algorithm);
  const bool has_rounds = !known || known->course == algorithms::Course::rounds;
  if (const auto level = has_rounds ? std::nullopt : level_of(course)) {
    Pen unmarked = look.pen;
    unmarked.mark = 0;
    panel.lines.push_back(number(*level) + " with lines " + line_options(unmarked, 1));
    figure.add_to_legend(look.name, unmarked);
    return last;
  }
  figure.add_to_legend(look.name, look.pen);
  draw_mean(figure, panel, look, course);
  draw_singles(figure, panel, look, course);
  for (const auto* curves : {&course.complete, &course.incomplete})
    for (const Curve& curve : *curves) last = std::max(last, furthest(curve));
  return last;
}

std::optional<double> draw_courses(Figure& figure, Panel& panel, const Comparison& comparison,
                                   const Pens& pens, const CurveOf& curve_of) {
  std::optional<double> last;
  for (const Method& method : comparison.methods)
    if (const auto one = draw_course(figure, panel, method, {method.name, pens.of(method)}, curve_of))
      last = std::max(last.value_or(0), *one);
  return last;
}

std::size_t most_seeds(const Comparison& comparison) {
  std::size_t most = 0;
  for (const Method& method : comparison.methods) most = std::max(most, all_seeds(method).size());
  return most;
}

std::string seeds_note(const std::vector<const Comparison*>& comparisons) {
  std::size_t most = 0;
  for (const Comparison* comparison : comparisons) most = std::max(most, most_seeds(*comparison));
  if (most < 2) return "One seed.";
  return "Mean over complete seeds where all of them were evaluated, with a band of one sample standard "
         "deviation; thin and dashed: single seeds that were not complete or were evaluated in other rounds. "
         "At most " +
         std::to_string(most) + " seeds.";
}

std::string evaluated_clients(const Comparison& comparison) {
  const auto role =
      std::find(roles_by_split.begin(), roles_by_split.end(), comparison.split) - roles_by_split.begin();
  std::set<std::size_t> counts;
  for (const Method& method : comparison.methods)
    for (const Member& member : all_seeds(method)) {
      const auto& roles = member.source->results.data.role;
      counts.insert(
          static_cast<std::size_t>(std::count(roles.begin(), roles.end(), static_cast<std::uint8_t>(role))));
    }
  const auto what = comparison.split + " client";
  return "the " + (counts.size() == 1 ? counted(*counts.begin(), what) : what + "s");
}

void set_course_axes(Panel& panel, std::optional<double> last) {
  panel.x_axis = {std::max(last.value_or(0), 1.0), true};
  panel.settings = "set yrange [0<*:*]\n";
}

std::string smoothing_note(double weight) {
  if (weight == 0) return "";
  return " Exponential moving average over each seed's evaluations, weight " + number(weight) +
         " of what came before; tables are not smoothed.";
}

}  // namespace fedmeta::report
