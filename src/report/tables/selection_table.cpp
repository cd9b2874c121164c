#include "report/tables/selection_table.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "report/pooling/setting.hpp"
#include "report/tables/cells.hpp"

namespace fedmeta::report {
namespace {

/// Rates by which candidates of any grid differ, in the order of their first.
std::vector<std::string> varying(const Comparison& comparison) {
  std::vector<std::string> names;
  for (const Grid& grid : comparison.grids)
    for (const auto& name : grid.varying)
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  return names;
}

std::vector<TableCell> row_of(const Grid& grid, const Candidate& candidate,
                              const std::vector<std::string>& names) {
  std::vector<TableCell> row{grid.algorithm};
  for (const auto& name : names) {
    const auto found = std::ranges::find(candidate.rates, name, &std::pair<std::string, double>::first);
    const bool read = found != candidate.rates.end();
    row.emplace_back(read ? number(found->second) : "not read");
    row.push_back(optional_number(read ? std::optional(found->second) : std::nullopt));
  }
  row.push_back(mean(candidate.validation));
  row.push_back(optional_number(candidate.validation.deviation));
  row.emplace_back(static_cast<double>(candidate.validation.count));
  row.emplace_back(candidate.status);
  return row;
}

}  // namespace

ReportTable selection_table(const Comparison& comparison) {
  ReportTable table{
      comparison.name + "-selection",
      "Selection of rates",
      "Accuracy of the validation clients at the last evaluation, after adaptation: mean over complete "
      "seeds and sample standard deviation in percentage points. Of each method the candidate with the "
      "highest mean is chosen, of equal ones that with the lower rates; all other tables and figures "
      "show the chosen ones alone.",
      {{"method", "method"}},
      {}};
  const auto names = varying(comparison);
  for (const auto& name : names)
    table.columns.insert(table.columns.end(), {{option_name(name), ""}, {"", name}});
  table.columns.insert(table.columns.end(), {{"validation accuracy", "validation_accuracy", Format::percent},
                                             {"sd", "validation_accuracy_sd", Format::points},
                                             {"seeds", "seeds", Format::integer},
                                             {"status", "status"}});
  for (const Grid& grid : comparison.grids)
    for (const Candidate& candidate : grid.candidates) table.rows.push_back(row_of(grid, candidate, names));
  return table;
}

}  // namespace fedmeta::report
