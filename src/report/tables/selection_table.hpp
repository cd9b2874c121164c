// What --select had to choose from, and what it chose.
#pragma once

#include "report/output/table.hpp"
#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

/// A row for each candidate. Without rows where nothing was selected.
ReportTable selection_table(const Comparison& comparison);

}  // namespace fedmeta::report
