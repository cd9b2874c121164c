// Tables of a report.
#pragma once

#include "report/output/table.hpp"
#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

/// Accuracy of each method at the last evaluation: mean and sample standard deviation over complete seeds,
/// and a row for every incomplete one.
ReportTable accuracy_table(const Comparison& comparison);
/// Rounds, FLOPs and bytes of each method to the target accuracy, with the reduction against its baseline.
ReportTable overhead_table(const Comparison& comparison);
/// Training cost of a whole run of each method on each machine, mean over its runs there.
ReportTable cost_table(const Comparison& comparison);

}  // namespace fedmeta::report
