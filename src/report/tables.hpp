// Tables of a report.
#pragma once

#include "report/comparison.hpp"
#include "report/table.hpp"

namespace fedmeta::report {

/// Accuracy of each method at the last evaluation: mean and sample standard deviation over seeds.
ReportTable accuracy_table(const Comparison& comparison);
/// Rounds, FLOPs and bytes of each method to the target accuracy, with the reduction against FedAvg.
ReportTable overhead_table(const Comparison& comparison);
/// Training cost of a whole run of each method, mean over seeds.
ReportTable cost_table(const Comparison& comparison);

/// Returns "2.8x", or ">2.8x" if FedAvg never reached the target.
std::string shown(const Reduction& reduction);

}  // namespace fedmeta::report
