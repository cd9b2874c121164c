// A paper's table, filled with the runs at hand, with the published values beside them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/output/table.hpp"
#include "report/pooling/comparison.hpp"
#include "report/tables/layout.hpp"

namespace fedmeta::report {

struct PaperTable {
  ReportTable shown;               ///< as the paper has it, for people
  ReportTable values;              ///< a row for each of its cells, in plain numbers
  std::vector<std::string> notes;  ///< what readers must know of single cells
};

/// Returns nothing where none of the runs belongs into the table.
std::optional<PaperTable> paper_table(const Layout& layout, const std::vector<Comparison>& comparisons);

}  // namespace fedmeta::report
