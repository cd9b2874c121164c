// What a report begins with: what ran, on which data, with what verdict, and the figures that matter most.
#pragma once

#include <vector>

#include "report/output/table.hpp"
#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

/// A row for each method: accuracy, and what it costs to reach the target.
ReportTable headline_table(const std::vector<Comparison>& comparisons);

/// A row for each file and algorithm, with the verdict of its runs.
ReportTable runs_table(const std::vector<Source>& sources);

/// A row for each set of clients, beside the statistics that were published for the data set.
ReportTable data_table(const std::vector<Source>& sources);

}  // namespace fedmeta::report
