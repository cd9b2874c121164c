#include "report/machine/prices.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>
#include <utility>

#include "report/machine/round_tables.hpp"
#include "report/pooling/to_target.hpp"

namespace fedmeta::report {
namespace {

constexpr double hour = 3600, gigabyte = 1e9;
constexpr auto to_the_end = std::numeric_limits<std::int32_t>::max();

const record::System& system_of(const Member& member) {
  return member.source->results.system;
}

double cost(const Prices& prices, const record::System& system, const Charge& charge) {
  return prices.of_machine(system, charge.seconds) + charge.bytes / gigabyte * prices.gigabyte.value_or(0);
}

/// The last of the first `count` rounds.
std::int32_t last_round(const record::Run& run, double count) {
  const auto rounds = std::min(static_cast<std::size_t>(count), run.rounds.size());
  return rounds == 0 ? 0 : run.rounds[rounds - 1].round;
}

/// The complete runs, and those that were not complete on the same machine.
std::vector<Member> all_on_machine(const MachineRuns& runs) {
  auto all = runs.on.runs.members;
  for (const Method& method : runs.comparison->methods)
    if (method.name == runs.on.runs.name)
      for (const Member& member : method.incomplete)
        if (machine_of(system_of(member)) == runs.on.machine) all.push_back(member);
  return all;
}

/// Adds the cost until the target, and of how many runs it is the cost.
void add_to_target(std::vector<TableCell>& row, const MachineRuns& runs, const Prices& prices) {
  std::vector<double> costs;
  std::size_t reached = 0;
  for (const Member& member : all_on_machine(runs)) {
    const auto at = crossing(*runs.comparison, member);
    if (!at) continue;
    const auto round = last_round(*member.run, at->spent[static_cast<std::size_t>(Resource::rounds)]);
    costs.push_back(cost(prices, system_of(member), charge_until(*member.run, round)));
    reached += at->reached ? 1 : 0;
  }
  const bool exact = reached == costs.size();
  if (costs.empty())
    row.insert(row.end(), {Missing{"no target"}, "none"});
  else
    row.insert(row.end(),
               {Bounded{summarise(costs).mean, exact ? char{0} : '>'}, exact ? "exact" : "at least"});
  row.emplace_back(static_cast<double>(reached));
}

}  // namespace

double Prices::of_machine(const record::System& system, double seconds) const {
  return seconds / hour * (cores_of(system) * core_hour.value_or(0) + gpus_of(system) * gpu_hour.value_or(0));
}

double cores_of(const record::System& system) {
  return std::accumulate(system.threads.begin(), system.threads.end(), 0.0);
}

double gpus_of(const record::System& system) {
  if (system.gpus >= 0) return static_cast<double>(system.gpus);
  std::set<std::pair<std::string, std::string>> different;
  for (std::size_t r = 0; r < system.device.size() && r < system.host.size(); ++r)
    if (!system.device[r].starts_with("cpu")) different.insert({system.host[r], system.device[r]});
  return static_cast<double>(different.size());
}

Charge charge_until(const record::Run& run, std::int32_t round) {
  Charge charge{.seconds = setup_seconds(run).value_or(0)};
  for (const auto& row : run.rounds) {
    if (row.round > round) break;
    charge.seconds += row.seconds + known(row.seconds_checkpoint).value_or(0);
    charge.bytes += static_cast<double>(row.bytes_down) + static_cast<double>(row.bytes_up);
  }
  for (const auto& row : run.evaluations)
    if (row.round <= round) charge.seconds += row.seconds;
  return charge;
}

ReportTable price_table(const std::vector<MachineRuns>& all, const Prices& prices) {
  std::string given;
  const auto add_price = [&](const std::optional<double>& price, const char* of) {
    if (price) given += (given.empty() ? "" : ", ") + number(*price) + " " + prices.currency + " " + of;
  };
  add_price(prices.core_hour, "a core hour");
  add_price(prices.gpu_hour, "a GPU hour");
  add_price(prices.gigabyte, "a GB down or up");
  ReportTable table{
      "machine-prices",
      "Cost in " + prices.currency,
      "At " + given +
          ". Mean over the runs on a machine: wall clock from the first check to the last evaluation, "
          "checkpoints included, on all cores and GPUs; a core is a thread of a rank. To the target: the "
          "same until the evaluation that met it, of complete and incomplete runs; > where one of them "
          "never met it. A training that two methods share is charged to both.",
      first_columns(),
      {}};
  table.columns.insert(table.columns.end(), {{"cores", "cores", Format::integer},
                                             {"GPUs", "gpus", Format::integer},
                                             {"hours", "hours", Format::significant},
                                             {"core hours", "core_hours", Format::significant},
                                             {"GPU hours", "gpu_hours", Format::significant},
                                             {"GB", "gigabytes", Format::significant},
                                             {"a run", "cost", Format::significant},
                                             {"to the target", "cost_to_target", Format::significant},
                                             {"", "cost_to_target_bound"},
                                             {"runs that reached it", "reached", Format::integer}});
  for (const auto& runs : all) {
    auto row = first_cells(runs);
    const auto add = [&](const auto& value) {
      row.push_back(mean_cell(
          runs, [&](const Member& m) { return std::optional(value(m, charge_until(*m.run, to_the_end))); },
          "no runs"));
    };
    add([](const Member& m, const Charge&) { return cores_of(system_of(m)); });
    add([](const Member& m, const Charge&) { return gpus_of(system_of(m)); });
    add([](const Member&, const Charge& c) { return c.seconds / hour; });
    add([](const Member& m, const Charge& c) { return c.seconds / hour * cores_of(system_of(m)); });
    add([](const Member& m, const Charge& c) { return c.seconds / hour * gpus_of(system_of(m)); });
    add([](const Member&, const Charge& c) { return c.bytes / gigabyte; });
    add([&](const Member& m, const Charge& c) { return cost(prices, system_of(m), c); });
    add_to_target(row, runs, prices);
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace fedmeta::report
