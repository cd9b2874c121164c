#include "report/machine/machine_tables.hpp"

#include <set>

#include "base/joined.hpp"
#include "cost/phase.hpp"

namespace fedmeta::report {
namespace {

constexpr const char* not_measured = "not measured";

std::string joined_set(const std::vector<std::string>& names) {
  std::set<std::string> different(names.begin(), names.end());
  different.erase("");
  return joined({different.begin(), different.end()}, ", ");
}

TableCell seconds(double value) {
  return known(value) ? TableCell(value) : TableCell(Missing{not_recorded});
}

std::vector<TableCell> machine_row(const Source& source, const Prices& prices) {
  const auto& results = source.results;
  const auto& system = results.system;
  const bool older = system.cpu.empty();
  const auto gpus = joined_set(system.gpu);
  const std::set<std::string> nodes(system.host.begin(), system.host.end());
  const double total = system.clocks.total;
  const auto of_total = [&](double amount) { return seconds(total * amount); };
  const auto cost = prices.of_machine(system, total);
  return {source.path.filename().string(),
          joined({nodes.begin(), nodes.end()}, ", "),
          static_cast<double>(nodes.size()),
          older ? not_recorded : joined_set(system.cpu),
          !gpus.empty() ? gpus
          : older       ? not_recorded
                        : "none",
          static_cast<double>(system.rank.size()),
          cores_of(system),
          gpus_of(system),
          !system.slurm_job_id.empty() ? system.slurm_job_id
          : older                      ? not_recorded
                                       : "none",
          seconds(total),
          seconds(system.clocks.loading),
          seconds(system.clocks.preparing),
          seconds(system.clocks.measuring),
          seconds(system.clocks.closing),
          of_total(cores_of(system) / 3600),
          of_total(gpus_of(system) / 3600),
          prices.core_hour || prices.gpu_hour ? seconds(cost) : TableCell(Missing{"no price"}),
          results.header.resumed.empty() ? "no" : "yes"};
}

/// Joules of a phase.
Value joules(cost::Phase phase) {
  return [phase](const Member& member) -> std::optional<double> {
    const auto& phases = member.run->phases;
    if (!phases || phases->energy_joules.empty()) return {};
    return known(phases->energy_joules[static_cast<std::size_t>(phase)]);
  };
}

std::string sources_of(const MachineRuns& runs) {
  std::vector<std::string> names;
  for (const Member& member : runs.on.runs.members)
    if (member.run->phases) names.push_back(member.run->phases->energy_source);
  const auto different = joined_set(names);
  return different.empty() ? not_measured : different;
}

}  // namespace

ReportTable machines_table(const std::vector<Source>& sources, const Prices& prices) {
  ReportTable table{
      "machines",
      "Machines",
      "Of each file. Cores: the threads of all ranks. Wall clock of the program: all of it, and what is not "
      "part of runs: loading the data, preparing clients and network, the measurement of sgemm before and "
      "after the runs. Of a run that was resumed: of its last start.",
      {{"file", "file"},
       {"hosts", "hosts"},
       {"nodes", "nodes", Format::integer},
       {"processor", "cpu"},
       {"GPU", "gpu"},
       {"ranks", "ranks", Format::integer},
       {"cores", "cores", Format::integer},
       {"GPUs", "gpus", Format::integer},
       {"Slurm job", "slurm_job_id"},
       {"wall clock (s)", "seconds_total", Format::significant},
       {"loading", "seconds_loading", Format::significant},
       {"preparing", "seconds_preparing", Format::significant},
       {"sgemm before", "seconds_measuring", Format::significant},
       {"after", "seconds_closing", Format::significant},
       {"core hours", "core_hours", Format::significant},
       {"GPU hours", "gpu_hours", Format::significant},
       {"cost (" + prices.currency + ")", "cost", Format::significant},
       {"resumed", "resumed"}},
      {}};
  for (const Source& source : sources) table.rows.push_back(machine_row(source, prices));
  return table;
}

ReportTable energy_table(const std::vector<MachineRuns>& all) {
  ReportTable table{"machine-energy",
                    "Energy",
                    "Joules of all nodes, measured while the run went on, by whom the last column says: "
                    "nvml has the GPUs, rapl the processor packages without memory, pm_counters whole "
                    "nodes. Counters know nothing of who used the energy: other programs on the node are in "
                    "them. A phase counts where its windows are ten seconds long, on the average.",
                    first_columns(),
                    {}};
  table.columns.insert(table.columns.end(), {{"J a round", "joules_per_round", Format::prefixed},
                                             {"J of the rounds", "joules_rounds", Format::prefixed},
                                             {"of evaluations", "joules_evaluation", Format::prefixed},
                                             {"J of the run", "joules", Format::prefixed},
                                             {"measured runs", "measured_runs", Format::integer},
                                             {"measured by", "source"}});
  for (const auto& runs : all) {
    auto row = first_cells(runs);
    const auto of_rounds = joules(cost::Phase::rounds), of_run = joules(cost::Phase::whole);
    const auto a_round = [&](const Member& m) -> std::optional<double> {
      const auto sum = of_rounds(m);
      if (!sum || m.run->rounds.empty()) return {};
      return *sum / static_cast<double>(m.run->rounds.size());
    };
    for (const Value& value : {Value(a_round), of_rounds, joules(cost::Phase::evaluation), of_run})
      row.push_back(mean_cell(runs, value, not_measured));
    row.emplace_back(static_cast<double>(over_runs(runs, of_run).count));
    row.emplace_back(sources_of(runs));
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace fedmeta::report
