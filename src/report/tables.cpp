#include "report/tables.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "report/over_seeds.hpp"

namespace fedmeta::report {
namespace {

TableCell mean(const Summary& summary) {
  return summary.count ? TableCell(summary.mean) : TableCell();
}

TableCell deviation(const Summary& summary) {
  return summary.deviation ? TableCell(*summary.deviation) : TableCell();
}

/// Returns "20", or "20-40" if seeds stopped at different rounds.
std::string last_rounds(const Comparison& comparison, const Method& method) {
  std::set<std::int32_t> rounds;
  for (const Member& member : method.members)
    if (const auto* row = last_evaluation(member, comparison.split)) rounds.insert(row->round);
  if (rounds.empty()) return "none";
  const std::string first = std::to_string(*rounds.begin()), last = std::to_string(*rounds.rbegin());
  return first == last ? first : first + "-" + last;
}

std::string status_of(const Method& method) {
  const auto complete = std::count_if(method.members.begin(), method.members.end(), [](const Member& member) {
    return member.run->status == "complete" && member.source->results.header.status == "complete";
  });
  const auto all = static_cast<std::ptrdiff_t>(method.members.size());
  if (complete == all) return "complete";
  return std::to_string(all - complete) + " of " + std::to_string(all) + " not complete";
}

TableCell factor(const Comparison& comparison, const Method& method, Resource resource) {
  const auto value = reduction(comparison, method, resource);
  return value ? TableCell(shown(*value)) : TableCell();
}

}  // namespace

std::string shown(const Reduction& reduction) {
  return fmt::format("{}{:.2f}x", reduction.at_least ? ">" : "", reduction.factor);
}

namespace {

/// Adds the Top-4 accuracy beside the accuracy, in comparisons that have it.
void add_top4(ReportTable& table, const Comparison& comparison) {
  std::vector<Summary> top4;
  for (const Method& method : comparison.methods)
    top4.push_back(over_seeds(comparison, method, &cost::EvaluationRow::accuracy_top4));
  if (std::all_of(top4.begin(), top4.end(), [](const Summary& summary) { return summary.count == 0; }))
    return;
  constexpr std::ptrdiff_t place = 3;  // after the method, the accuracy and its deviation
  table.columns.insert(table.columns.begin() + place, {{"top 4", "accuracy_top4", Format::percent},
                                                       {"sd", "accuracy_top4_sd", Format::points}});
  for (std::size_t m = 0; m < top4.size(); ++m)
    table.rows[m].insert(table.rows[m].begin() + place, {mean(top4[m]), deviation(top4[m])});
}

}  // namespace

ReportTable accuracy_table(const Comparison& comparison) {
  using Row = cost::EvaluationRow;
  ReportTable table{
      comparison.name + "-accuracy",
      "Accuracy",
      "On the query sets of the " + comparison.split +
          " clients at the last evaluation; mean over seeds and sample standard deviation (n - 1) "
          "in percentage points. Before: without adapting to the client.",
      {{"method", "method"},
       {"accuracy", "accuracy", Format::percent},
       {"sd", "accuracy_sd", Format::points},
       {"before", "initial_accuracy", Format::percent},
       {"sd", "initial_accuracy_sd", Format::points},
       {"client mean", "accuracy_client_mean", Format::percent},
       {"sd", "accuracy_client_mean_sd", Format::points},
       {"loss", "loss", Format::decimal},
       {"seeds", "seeds", Format::integer},
       {"rounds", "rounds"},
       {"source", "source"},
       {"status", "status"}},
      {}};
  for (const Method& method : comparison.methods) {
    std::vector<TableCell> row{method.name};
    for (double Row::*value : {&Row::accuracy, &Row::initial_accuracy, &Row::accuracy_client_mean}) {
      const Summary summary = over_seeds(comparison, method, value);
      row.push_back(mean(summary));
      row.push_back(deviation(summary));
    }
    row.push_back(mean(over_seeds(comparison, method, &Row::loss)));
    row.push_back(static_cast<double>(over_seeds(comparison, method, &Row::accuracy).count));
    row.insert(row.end(), {last_rounds(comparison, method), comparison.setting.source, status_of(method)});
    table.rows.push_back(row);
  }
  add_top4(table, comparison);
  return table;
}

ReportTable overhead_table(const Comparison& comparison) {
  ReportTable table{
      comparison.name + "-overhead",
      "System overhead",
      "What a method spends until its accuracy first reaches the target; mean over the seeds that "
      "reach it. Reduction: FedAvg's spending over the method's; with > where FedAvg never reaches "
      "the target, so that all it spent is a lower bound.",
      {{"method", "method"},
       {"seeds reaching", "reached"},
       {"rounds", "rounds", Format::decimal},
       {"FLOP", "flops", Format::prefixed},
       {"bytes", "bytes", Format::prefixed},
       {"FLOP reduction", "flops_reduction"},
       {"bytes reduction", "bytes_reduction"}},
      {}};
  for (const Method& method : comparison.methods) {
    const ToTarget spent = to_target(method);
    table.rows.push_back(
        {method.name, std::to_string(spent.reached) + " of " + std::to_string(method.members.size()),
         mean(spent.rounds), mean(spent.flops), mean(spent.bytes),
         factor(comparison, method, Resource::flops), factor(comparison, method, Resource::bytes)});
  }
  return table;
}

ReportTable cost_table(const Comparison& comparison) {
  ReportTable table{
      comparison.name + "-cost",
      "Cost of training",
      "Of a whole run, mean over seeds. Bytes down and up are what a deployment would send. "
      "Seconds are wall clock, without evaluation. Efficiency is relative to the GEMM rate of the "
      "same run; a dash where that rate was missing or drifted by more than 30%.",
      {{"method", "method"},
       {"rounds", "rounds", Format::integer},
       {"FLOP", "flops", Format::prefixed},
       {"FLOP executed", "flops_executed", Format::prefixed},
       {"bytes down", "bytes_down", Format::prefixed},
       {"bytes up", "bytes_up", Format::prefixed},
       {"MPI bytes", "mpi_bytes", Format::prefixed},
       {"seconds", "seconds", Format::decimal},
       {"broadcast", "seconds_broadcast", Format::decimal},
       {"compute", "seconds_compute", Format::decimal},
       {"reduce", "seconds_reduce", Format::decimal},
       {"update", "seconds_update", Format::decimal},
       {"clients/s", "client_tasks_per_second", Format::decimal},
       {"efficiency", "efficiency", Format::decimal},
       {"efficiency executed", "efficiency_executed", Format::decimal}},
      {}};
  for (const Method& method : comparison.methods) {
    std::vector<TableCell> row{method.name};
    for (double Total::*value :
         {&Total::rounds, &Total::flops, &Total::flops_executed, &Total::bytes_down, &Total::bytes_up,
          &Total::mpi_bytes, &Total::seconds, &Total::seconds_broadcast, &Total::seconds_compute,
          &Total::seconds_reduce, &Total::seconds_update})
      row.push_back(mean(over_seeds(method, [value](const Total& sum) { return sum.*value; })));
    row.push_back(mean(over_seeds(method, client_tasks_per_second)));
    row.push_back(mean(efficiency_over_seeds(method, &Total::flops)));
    row.push_back(mean(efficiency_over_seeds(method, &Total::flops_executed)));
    table.rows.push_back(row);
  }
  return table;
}

}  // namespace fedmeta::report
