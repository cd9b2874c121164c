// A method's course: what its seeds had at each place, such as a round or an amount spent.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "report/figures/pens.hpp"
#include "report/output/figure.hpp"
#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

/// What a seed had in a round, or after an epoch. `x` is where it is drawn: the round itself, or what was
/// spent until then.
struct CoursePoint {
  double x, y;
};
using Curve = std::map<std::int64_t, CoursePoint>;
using CurveOf = std::function<Curve(const Member&)>;

/// Returns a value of the evaluations of a split against rounds, finite ones alone, smoothed as in
/// smoothed_curve().
CurveOf over_rounds(const std::string& split, double cost::EvaluationRow::*value, double scale,
                    double weight);

/// Returns the mean accuracy (%) of the test clients against epochs of personalisation.
CurveOf over_personalisation();

/// Adds the courses of all methods that have one to a panel, its data to the figure, and the methods to the
/// legend: the mean over complete seeds in places that all of them have, with a band of one standard
/// deviation (n - 1); thin and dashed, seeds that are not complete or have values where others have none; as
/// a level, methods without rounds. Returns the largest x, or nothing where no method has a course.
std::optional<double> draw_courses(Figure& figure, Panel& panel, const Comparison& comparison,
                                   const Pens& pens, const CurveOf& curve_of);

/// Adds one method's course, by a name and a pen of its own.
std::optional<double> draw_course(Figure& figure, Panel& panel, const Method& method, const LegendEntry& look,
                                  const CurveOf& curve_of);

/// Returns the number of seeds of the method that has most.
std::size_t most_seeds(const Comparison& comparison);

/// Says what draw_courses shows: "Mean over complete seeds ... At most 3 seeds."
std::string seeds_note(const std::vector<const Comparison*>& comparisons);

/// Returns "the 28 test clients", or "the test clients" where files differ in their number.
std::string evaluated_clients(const Comparison& comparison);

/// Sets the axes of courses: rounds, epochs or steps from 0 to the last, with ticks at whole numbers, against
/// what is never negative, where gnuplot would put a course of zeros in the middle.
void set_course_axes(Panel& panel, std::optional<double> last);

/// Returns what captions say of smoothing: nothing for the weight 0.
std::string smoothing_note(double weight);

}  // namespace fedmeta::report
