// What a run says at its end: the comparison of the algorithms, the figures of merit, the verdict.
#pragma once

#include <string>
#include <vector>

#include "programs/bench/terminal.hpp"
#include "record/results.hpp"

namespace fedmeta::programs {

/// Runs of all algorithms and seeds, and the matrix-product rate of all ranks together.
struct Summary {
  std::vector<record::Run> runs;
  double gemm_flops_per_second = 0;
  bool efficiency_trusted = true;  ///< the rate at the end is within 30% of that at the start
  std::string source;              ///< leaf or generated
};

/// One row for each algorithm, means over the seeds, in lines of at most `columns` (0 = any length).
std::string comparison_table(const Summary& summary, int columns = terminal_columns());

/// Lines "FOM <algorithm>.<metric> = <value> <unit>".
std::string figures_of_merit(const Summary& summary);

/// "RESULT: VALID" or "RESULT: INVALID (reason)", with newline.
std::string verdict(const std::string& reasons);

}  // namespace fedmeta::programs
