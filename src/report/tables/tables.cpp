#include "report/tables/tables.hpp"

#include <algorithm>
#include <set>

#include "report/pooling/over_seeds.hpp"
#include "report/tables/cells.hpp"

namespace fedmeta::report {
namespace {

/// Returns "20", or "20-40" if seeds stopped at different rounds.
std::string last_rounds(const Comparison& comparison, const Method& method) {
  std::set<std::int32_t> rounds;
  for (const Member& member : method.members)
    if (const auto* row = last_evaluation(member, comparison.split)) rounds.insert(row->round);
  if (rounds.empty()) return "none";
  const std::string first = std::to_string(*rounds.begin()), last = std::to_string(*rounds.rbegin());
  return first == last ? first : first + "-" + last;
}

/// Returns "complete", or "running, at round 8".
std::string status_of(const Method& part) {
  const record::Run& run = *part.members.front().run;
  if (run.status == "complete") return run.status;
  const auto round = run.rounds.empty() ? 0 : run.rounds.back().round;
  return run.status + ", at round " + std::to_string(round);
}

/// Adds the Top-4 accuracy beside the accuracy, in comparisons that have it.
void add_top4(ReportTable& table, const Comparison& comparison) {
  std::vector<Summary> top4;
  for (const Method& method : comparison.methods)
    for (const Method& part : parts(method))
      top4.push_back(over_seeds(comparison, part, &cost::EvaluationRow::accuracy_top4));
  if (std::all_of(top4.begin(), top4.end(), [](const Summary& summary) { return summary.count == 0; }))
    return;
  constexpr std::ptrdiff_t place = 3;  // after the method, the accuracy and its deviation
  table.columns.insert(table.columns.begin() + place, {{"top 4", "accuracy_top4", Format::percent},
                                                       {"sd", "accuracy_top4_sd", Format::points}});
  for (std::size_t m = 0; m < top4.size(); ++m)
    table.rows[m].insert(table.rows[m].begin() + place, {mean(top4[m]), optional_number(top4[m].deviation)});
}

std::vector<TableCell> accuracy_row(const Comparison& comparison, const Method& part) {
  using Row = cost::EvaluationRow;
  std::vector<TableCell> row{part.name};
  for (double Row::*value : {&Row::accuracy, &Row::initial_accuracy, &Row::accuracy_client_mean}) {
    const Summary summary = over_seeds(comparison, part, value);
    row.push_back(mean(summary));
    row.push_back(optional_number(summary.deviation));
  }
  row.push_back(mean(over_seeds(comparison, part, &Row::loss)));
  row.push_back(static_cast<double>(over_seeds(comparison, part, &Row::accuracy).count));
  row.insert(row.end(), {last_rounds(comparison, part), comparison.setting.source, status_of(part)});
  return row;
}

std::vector<TableCell> cost_row(const Machine& machine, const Method& runs) {
  const bool has_rounds = over_seeds(runs, [](const Total& sum) { return sum.rounds; }).mean > 0;
  std::vector<TableCell> row{
      runs.name,      describe(machine), static_cast<double>(machine.ranks),      machine.threads,
      machine.device, machine.hosts,     static_cast<double>(runs.members.size())};
  for (double Total::*value :
       {&Total::rounds, &Total::flops, &Total::flops_executed, &Total::bytes_down, &Total::bytes_up,
        &Total::mpi_bytes, &Total::seconds, &Total::seconds_broadcast, &Total::seconds_compute,
        &Total::seconds_reduce, &Total::seconds_update}) {
    const bool is_stored = has_rounds || value != &Total::flops_executed;  // not of clients' own models
    const auto of_runs = over_seeds(runs, [value](const Total& sum) { return sum.*value; });
    row.push_back(is_stored ? mean(of_runs) : TableCell());
  }
  row.push_back(mean(over_seeds(runs, client_tasks_per_second)));
  row.push_back(mean(efficiency_over_seeds(runs, &Total::flops)));
  row.push_back(mean(efficiency_over_seeds(runs, &Total::flops_executed)));
  return row;
}

}  // namespace

ReportTable accuracy_table(const Comparison& comparison) {
  ReportTable table{
      comparison.name + "-accuracy",
      "Accuracy",
      "On the query sets of the " + comparison.split +
          " clients at the last evaluation; mean over complete seeds and sample standard deviation (n - 1) "
          "in percentage points. Before: without adapting to the client. Seeds that are not complete have "
          "rows of "
          "their own.",
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
  for (const Method& method : comparison.methods)
    for (const Method& part : parts(method)) table.rows.push_back(accuracy_row(comparison, part));
  add_top4(table, comparison);
  return table;
}

ReportTable cost_table(const Comparison& comparison) {
  ReportTable table{comparison.name + "-cost",
                    "Cost of training",
                    "Of a whole run, mean over the complete runs on a machine, seeds that were run again "
                    "included; a run that is not "
                    "complete has a row of its own. Bytes down and up are what a deployment would send. "
                    "Seconds are wall clock, "
                    "without evaluation. Efficiency is relative to the GEMM rate of the same run; a dash "
                    "without rounds, and where that rate was missing, drifted by more than 30% or is of "
                    "other ranks.",
                    {{"method", "method"},
                     {"on", ""},
                     {"", "ranks"},
                     {"", "threads"},
                     {"", "device"},
                     {"", "hosts"},
                     {"runs", "runs", Format::integer},
                     {"rounds", "rounds", Format::significant},
                     {"FLOP", "flops", Format::prefixed},
                     {"FLOP executed", "flops_executed", Format::prefixed},
                     {"bytes down", "bytes_down", Format::prefixed},
                     {"bytes up", "bytes_up", Format::prefixed},
                     {"MPI bytes", "mpi_bytes", Format::prefixed},
                     {"seconds", "seconds", Format::significant},
                     {"broadcast", "seconds_broadcast", Format::significant},
                     {"compute", "seconds_compute", Format::significant},
                     {"reduce", "seconds_reduce", Format::significant},
                     {"update", "seconds_update", Format::significant},
                     {"clients/s", "client_tasks_per_second", Format::significant},
                     {"efficiency", "efficiency", Format::significant},
                     {"efficiency executed", "efficiency_executed", Format::significant}},
                    {}};
  for (const Method& method : comparison.methods) {
    for (const auto& [machine, runs] : by_machine(method)) table.rows.push_back(cost_row(machine, runs));
    auto complete = method;
    complete.members.clear();
    for (const Method& part : parts(complete))
      table.rows.push_back(cost_row(machine_of(part.members.front().source->results.system), part));
  }
  return table;
}

}  // namespace fedmeta::report
