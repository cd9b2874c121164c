// Table of system overhead: what each method spends to reach the target accuracy.
#include <fmt/core.h>

#include "report/pooling/to_target.hpp"
#include "report/tables/cells.hpp"
#include "report/tables/tables.hpp"

namespace fedmeta::report {
namespace {

TableCell amount(const ToTarget& spent, Resource resource) {
  if (spent.seeds == 0) return {};
  return Bounded{spent.of(resource).mean, spent.exact() ? char{0} : '>'};
}

TableCell deviation(const ToTarget& spent, Resource resource) {
  return spent.exact() ? optional_number(spent.of(resource).deviation) : TableCell();
}

/// Returns "141-160" where evaluations leave open in which of these rounds the target was reached first.
std::string between(const ToTarget& spent) {
  const double least = spent.least_of(Resource::rounds), most = spent.of(Resource::rounds).mean;
  if (!spent.exact() || least == most) return "";
  return fmt::format("{:.4g}-{:.4g}", least, most);
}

std::string between(const Reduction& reduction) {
  if (reduction.bound != 0 || reduction.low == reduction.high) return "";
  return plain(reduction.low, 2) + "-" + plain(reduction.high, 2);
}

const char* bound_of(char bound) {
  return bound == '>' ? "at least" : bound == '<' ? "at most" : "exact";
}

/// Adds a factor, its spread, and what evaluations leave open: seven cells.
void add_reduction(std::vector<TableCell>& row, const std::optional<Reduction>& reduction) {
  if (!reduction) {
    row.insert(row.end(), {TableCell(), TableCell(), TableCell(), TableCell(), TableCell(), TableCell()});
    return;
  }
  const bool exact = reduction->bound == 0;
  row.insert(row.end(), {Bounded{reduction->factor, reduction->bound}, optional_number(reduction->deviation),
                         between(*reduction), exact ? TableCell(reduction->low) : TableCell(),
                         exact ? TableCell(reduction->high) : TableCell(), bound_of(reduction->bound)});
}

void add_reduction_columns(ReportTable& table, const std::string& what, const std::string& key,
                           const std::string& against) {
  table.columns.insert(table.columns.end(), {{what + " reduction against " + against, key, Format::factor},
                                             {"sd", key + "_sd", Format::decimal},
                                             {"between", ""},
                                             {"", key + "_low"},
                                             {"", key + "_high"},
                                             {"", key + "_bound"}});
}

std::string caption(const Comparison& comparison, const std::string& against) {
  const auto* measure = find_measure(comparison.choices.target_on);
  const auto hold = comparison.choices.hold;
  return fmt::format(
      "What a method spends until the {} of the {} clients{} first reaches {:.9g}%{}; mean over seeds and "
      "sample "
      "standard deviation. Rounds between: the target was met at an evaluation, and may have been in any "
      "round since "
      "the one before. >: some seeds did not reach the target, and have spent more than is known. Reduction: "
      "the "
      "spending of {} over the method's; its sd is over seeds that both have; between: what evaluations "
      "leave open; > "
      "where seeds of {} did not reach the target, < where seeds of the method did not.",
      measure ? measure->title : "accuracy", comparison.split,
      measure && std::string(measure->name).starts_with("initial") ? "" : ", after adaptation,",
      100 * comparison.setting.target.value_or(0),
      hold > 1 ? fmt::format(" and holds it for {} evaluations", hold) : "", against, against);
}

}  // namespace

ReportTable overhead_table(const Comparison& comparison) {
  const auto common = common_baseline(comparison);
  const std::string against = common.value_or("its baseline");
  ReportTable table{comparison.name + "-overhead",
                    "System overhead",
                    caption(comparison, against),
                    {{"method", "method"},
                     {"seeds reaching", ""},
                     {"", "reached"},
                     {"", "seeds"},
                     {"rounds", "rounds", Format::significant},
                     {"sd", "rounds_sd", Format::significant},
                     {"between", ""},
                     {"", "rounds_least"},
                     {"FLOP", "flops", Format::prefixed},
                     {"sd", "flops_sd", Format::prefixed},
                     {"bytes", "bytes", Format::prefixed},
                     {"sd", "bytes_sd", Format::prefixed},
                     {"", "bound"}},
                    {}};
  table.columns.push_back({common ? "" : "baseline", "baseline"});
  add_reduction_columns(table, "FLOP", "flops_reduction", against);
  add_reduction_columns(table, "bytes", "bytes_reduction", against);
  for (const Method& method : comparison.methods) {
    const ToTarget spent = to_target(comparison, method);
    const Method* baseline = baseline_of(comparison, method);
    std::vector<TableCell> row{method.name,
                               fmt::format("{} of {}", spent.reached, spent.seeds),
                               static_cast<double>(spent.reached),
                               static_cast<double>(spent.seeds),
                               amount(spent, Resource::rounds),
                               deviation(spent, Resource::rounds),
                               between(spent),
                               spent.exact() ? TableCell(spent.least_of(Resource::rounds)) : TableCell(),
                               amount(spent, Resource::flops),
                               deviation(spent, Resource::flops),
                               amount(spent, Resource::bytes),
                               deviation(spent, Resource::bytes),
                               spent.seeds == 0 ? "not evaluated" : bound_of(spent.exact() ? 0 : '>'),
                               baseline ? baseline->name : "none"};
    add_reduction(row, reduction(comparison, method, Resource::flops));
    add_reduction(row, reduction(comparison, method, Resource::bytes));
    table.rows.push_back(row);
  }
  return table;
}

}  // namespace fedmeta::report
