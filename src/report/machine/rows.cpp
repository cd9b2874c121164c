#include "report/machine/rows.hpp"

namespace fedmeta::report {

std::vector<MachineRuns> runs_by_machine(const std::vector<Comparison>& comparisons) {
  std::vector<MachineRuns> all;
  for (const Comparison& comparison : comparisons)
    for (const Method& method : comparison.methods)
      for (auto& on : by_machine(method)) all.push_back({&comparison, std::move(on)});
  return all;
}

std::vector<ColumnHead> first_columns() {
  return {{"setting", "setting"}, {"method", "method"}, {"on", ""},    {"", "ranks"},
          {"", "threads"},        {"", "device"},       {"", "hosts"}, {"runs", "runs", Format::integer}};
}

std::vector<TableCell> first_cells(const MachineRuns& runs) {
  const Machine& machine = runs.on.machine;
  return {runs.comparison->title, runs.on.runs.name,
          describe(machine),      static_cast<double>(machine.ranks),
          machine.threads,        machine.device,
          machine.hosts,          static_cast<double>(runs.on.runs.members.size())};
}

Summary over_runs(const MachineRuns& runs, const Value& value) {
  std::vector<double> values;
  for (const Member& member : runs.on.runs.members)
    if (const auto own = value(member)) values.push_back(*own);
  return summarise(values);
}

TableCell mean_cell(const MachineRuns& runs, const Value& value, const std::string& missing) {
  const auto summary = over_runs(runs, value);
  return summary.count ? TableCell(summary.mean) : TableCell(Missing{missing});
}

}  // namespace fedmeta::report
