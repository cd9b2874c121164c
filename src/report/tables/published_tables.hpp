// Tables of what others published, beside which a reader may put the runs at hand: rates, results, claims.
#pragma once

#include <vector>

#include "report/output/table.hpp"
#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

/// The rates of each method of Chen et al.'s Table 4 beside those, and of each that was selected. May have no
/// rows.
ReportTable rates_table(const std::vector<Comparison>& comparisons);

/// Results of other programs on the data sets at hand. May have no rows.
ReportTable external_table(const std::vector<Comparison>& comparisons);

/// What papers say in words on the data sets at hand. May have no rows.
ReportTable claims_table(const std::vector<Comparison>& comparisons);

}  // namespace fedmeta::report
