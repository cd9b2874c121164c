// The text that a run prints at its end: comparison of the algorithms, figures of merit, verdict. The figures
// are computed as in reports (src/report/pooling/over_seeds.hpp), from the run's own results file.
#pragma once

#include <string>
#include <vector>

#include "programs/bench/terminal.hpp"
#include "report/pooling/comparison.hpp"

namespace fedmeta::programs {

/// Returns the comparison of all runs of one results file, `file.front()`, with methods in the order of
/// `algorithms`. `file` must outlive the result.
report::Comparison own_comparison(const std::vector<report::Source>& file,
                                  const std::vector<std::string>& algorithms);

/// Returns a table with one row per method, with means over the seeds, in lines of at most `columns` (0 = any
/// length). A cell is a dash if a seed has no such value.
std::string comparison_table(const report::Comparison& comparison, int columns = terminal_columns());

/// Returns lines "FOM <algorithm>.<metric> = <value> <unit>".
std::string figures_of_merit(const report::Comparison& comparison);

/// Returns "RESULT: VALID" or "RESULT: INVALID (reason)", with newline.
std::string verdict(const std::string& reasons);

}  // namespace fedmeta::programs
