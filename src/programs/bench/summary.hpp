// What a run says at its end: the comparison of the algorithms, the figures of merit, the verdict. The
// figures are those of reports (src/report/over_seeds.hpp), of the run's own results file.
#pragma once

#include <string>
#include <vector>

#include "programs/bench/terminal.hpp"
#include "report/comparison.hpp"

namespace fedmeta::programs {

/// Returns the comparison of all runs of one results file, `file.front()`, with methods in the order of
/// `algorithms`. `file` must outlive the result.
report::Comparison own_comparison(const std::vector<report::Source>& file,
                                  const std::vector<std::string>& algorithms);

/// Returns a table with one row for each method, means over the seeds, in lines of at most `columns` (0 = any
/// length). A cell is a dash where a seed has no such value.
std::string comparison_table(const report::Comparison& comparison, int columns = terminal_columns());

/// Returns lines "FOM <algorithm>.<metric> = <value> <unit>".
std::string figures_of_merit(const report::Comparison& comparison);

/// Returns "RESULT: VALID" or "RESULT: INVALID (reason)", with newline.
std::string verdict(const std::string& reasons);

}  // namespace fedmeta::programs
