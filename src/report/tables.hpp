// The tables of a report.
#pragma once

#include "report/comparison.hpp"
#include "report/table.hpp"

namespace fedmeta::report {

/// Methods x accuracy, at the last evaluation: mean and sample standard deviation over seeds.
ReportTable accuracy_table(const Comparison& comparison);
/// Methods x rounds, FLOPs and bytes to the target accuracy, with the reduction against FedAvg.
ReportTable overhead_table(const Comparison& comparison);
/// Methods x training cost of a whole run, mean over seeds.
ReportTable cost_table(const Comparison& comparison);

/// "2.8x", or ">2.8x" where FedAvg never reached the target.
std::string shown(const Reduction& reduction);

}  // namespace fedmeta::report
