// Whether the numbers of a results file can be what they say.
#pragma once

#include <string>

#include "record/results.hpp"

namespace fedmeta::record {

/// Throws Error(own_file), which names the dataset, for numbers that no run can have: fractions outside 0 to
/// 1, negative counters and times, clients that are not in the list, rounds other than 1, 2, ..., evaluations
/// and targets after rounds that were not run, evaluations that are there twice, columns that are not equally
/// long, runs that are not complete in a file that is. `file` is the file's root, as in `FILE:/`.
void check_results(const Results& results, const std::string& file);

}  // namespace fedmeta::record
