// A method's results: means and deviations over its seeds. The tables of reports and the closing table of a
// run use them.
#pragma once

#include <functional>
#include <string>

#include "report/pooling/comparison.hpp"
#include "report/pooling/statistics.hpp"
#include "report/pooling/totals.hpp"

namespace fedmeta::report {

/// Summarises a column of the comparison's last evaluations, over the seeds that have a finite value there.
Summary over_seeds(const Comparison& comparison, const Method& method, double cost::EvaluationRow::*value);

/// Summarises a cost of the runs, over all seeds.
Summary over_seeds(const Method& method, const std::function<double(const Total&)>& value);

/// Summarises the efficiency in `flops` or `flops_executed`, over the seeds that have one.
Summary efficiency_over_seeds(const Method& method, double Total::*flops);

/// Returns client tasks per second of training, or 0 for a run without rounds.
double client_tasks_per_second(const Total& total);

/// Summarises the algorithmic FLOPs that a method without rounds spent on its clients' own models, over all
/// seeds; 0 for a method that trains none.
Summary local_flops_over_seeds(const Method& method);

}  // namespace fedmeta::report
