// What the tables of the machine have in common: a row for each method on each machine, means over its runs.
#pragma once

#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "report/output/table.hpp"
#include "report/pooling/comparison.hpp"
#include "report/pooling/statistics.hpp"
#include "report/pooling/totals.hpp"

namespace fedmeta::report {

/// The complete runs of a method on one machine.
struct MachineRuns {
  const Comparison* comparison;
  OnMachine on;
};
std::vector<MachineRuns> runs_by_machine(const std::vector<Comparison>& comparisons);

/// Returns the first cells of a row: setting, method, machine (for the page), its parts (for CSV), number of
/// runs.
std::vector<TableCell> first_cells(const MachineRuns& runs);
std::vector<ColumnHead> first_columns();

/// Stands where the file is of a version that did not record a number.
inline constexpr const char* not_recorded = "not recorded";

/// A number of a run, or nothing where the run does not have it.
using Value = std::function<std::optional<double>(const Member&)>;
/// Summarises it over the runs that have it.
Summary over_runs(const MachineRuns& runs, const Value& value);
/// Returns the mean of them, or what is missing.
TableCell mean_cell(const MachineRuns& runs, const Value& value, const std::string& missing);

/// A NaN is nothing.
inline std::optional<double> known(double value) {
  return std::isnan(value) ? std::nullopt : std::optional(value);
}

}  // namespace fedmeta::report
