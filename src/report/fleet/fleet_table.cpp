// Tables of a fleet: its phones, and what each method costs on it.
#include <fmt/core.h>

#include <algorithm>

#include "report/fleet/fleet_report.hpp"
#include "report/tables/cells.hpp"

namespace fedmeta::report {
namespace {

constexpr double seconds_per_hour = 3600;

template <class T>
double share_of(const std::vector<T>& classes, const T& one) {
  double sum = 0;
  for (const T& other : classes) sum += other.share;
  return one.share / sum;
}

/// Over all rounds of a run, mean over seeds.
Summary over_all_rounds(const MethodOnFleet& method, const Fleet& fleet, double FleetCost::*value,
                        double FleetCost::*per) {
  std::vector<double> values;
  for (const SeedOnFleet& seed : method.seeds) {
    const FleetCost cost = cost_of(seed.rounds, fleet.deadline);
    if (cost.*per > 0) values.push_back(cost.*value / (cost.*per));
  }
  return summarise(values);
}

TableCell amount(const MethodOnFleet& method, const Summary& summary, double scale = 1) {
  if (summary.count == 0) return {};
  return Bounded{scale * summary.mean, method.reached() ? char{0} : '>'};
}

TableCell deviation(const MethodOnFleet& method, const Summary& summary, double scale = 1) {
  if (!method.reached() || !summary.deviation) return {};
  return scale * *summary.deviation;
}

/// Mean over seeds of the seconds after which the target may have been reached, between two evaluations.
TableCell least_seconds(const Fleet& fleet, const MethodOnFleet& method) {
  if (!method.reached()) return {};
  std::vector<double> least;
  for (const SeedOnFleet& seed : method.seeds)
    if (seed.crossing) least.push_back(cost_of(seed.at_least(), fleet.deadline).seconds);
  return mean(summarise(least));
}

/// Returns "exact" or "at least", or why nothing is known.
std::string bound_of(const MethodOnFleet& method) {
  if (!method.why_not.empty()) return method.why_not;
  if (method.target.seeds == 0) return "not evaluated, or no target";
  return method.reached() ? "exact" : "at least";
}

std::vector<TableCell> cost_row(const Fleet& fleet, const MethodOnFleet& method) {
  const Summary seconds = cost_to_target(method, fleet.deadline, &FleetCost::seconds);
  return {method.method->name,
          fmt::format("{} of {}", method.target.reached, method.target.seeds),
          static_cast<double>(method.target.reached),
          static_cast<double>(method.target.seeds),
          mean(over_all_rounds(method, fleet, &FleetCost::seconds, &FleetCost::rounds)),
          mean(over_all_rounds(method, fleet, &FleetCost::failed, &FleetCost::tasks)),
          amount(method, seconds, 1 / seconds_per_hour),
          deviation(method, seconds, 1 / seconds_per_hour),
          amount(method, seconds),
          deviation(method, seconds),
          least_seconds(fleet, method),
          bound_of(method)};
}

/// Adds the energy of computing or of the links, before the last column.
void add_energy(ReportTable& table, const Fleet& fleet, const std::vector<MethodOnFleet>& methods,
                const std::string& title, const std::string& key, double FleetCost::*joules) {
  table.columns.insert(table.columns.end() - 1,
                       {{title, key, Format::prefixed}, {"sd", key + "_sd", Format::prefixed}});
  for (std::size_t m = 0; m < methods.size(); ++m) {
    const Summary summary = cost_to_target(methods[m], fleet.deadline, joules);
    table.rows[m].insert(table.rows[m].end() - 1,
                         {amount(methods[m], summary), deviation(methods[m], summary)});
  }
}

std::string caption(const Fleet& fleet) {
  std::string text =
      "What each method takes on the fleet: seconds of a round and clients that fail, over all rounds; time "
      "and energy of all sampled clients until the target is reached. Mean over seeds and sample standard "
      "deviation. >: some seeds did not reach the target, and have spent more than is known. Nothing is "
      "trained again: a client that fails has spent its time and energy, and has still contributed.";
  if (!has_compute_energy(fleet)) text += " Energy of computing: not stated by this fleet.";
  if (!has_link_energy(fleet)) text += " Energy of links: not stated by this fleet.";
  return text;
}

std::string describe(const Fleet& fleet) {
  return fmt::format(
      "As described by {}. {}. Clients that drop out: {:.9g}%. Phones are drawn with seed {}. Shares are of "
      "the "
      "clients. A dash: not of this kind.",
      fleet.name,
      fleet.deadline ? fmt::format("Deadline of a round: {:.9g} s", *fleet.deadline) : "No deadline",
      100 * fleet.dropout, fleet.seed);
}

}  // namespace

std::vector<MethodOnFleet> methods_on(const Fleet& fleet, const Comparison& comparison) {
  std::vector<MethodOnFleet> methods;
  for (const Method& method : comparison.methods) methods.push_back(on_fleet(fleet, comparison, method));
  return methods;
}

ReportTable fleet_table(const Fleet& fleet) {
  ReportTable table{"fleet",
                    "The fleet",
                    describe(fleet),
                    {{"kind", "kind"},
                     {"name", "name"},
                     {"share", "share", Format::percent},
                     {"training (FLOP/s)", "flops_per_second", Format::prefixed},
                     {"energy (pJ per FLOP)", ""},
                     {"", "joules_per_flop"},
                     {"down (B/s)", "downlink", Format::prefixed},
                     {"up (B/s)", "uplink", Format::prefixed},
                     {"latency (s)", "latency", Format::significant},
                     {"energy down (uJ per byte)", ""},
                     {"", "joules_per_byte_down"},
                     {"energy up (uJ per byte)", ""},
                     {"", "joules_per_byte_up"}},
                    {}};
  const TableCell none;
  const auto in_units = [](const std::optional<double>& joules, double units) {
    return joules ? TableCell(fmt::format("{:.4g}", units * *joules)) : TableCell("not stated");
  };
  for (const Device& device : fleet.devices)
    table.rows.push_back({"device", device.name, share_of(fleet.devices, device), device.flops_per_second,
                          in_units(device.joules_per_flop, 1e12), optional_number(device.joules_per_flop),
                          none, none, none, none, none, none, none});
  for (const Link& link : fleet.links)
    table.rows.push_back({"link", link.name, share_of(fleet.links, link), none, none, none, link.downlink,
                          link.uplink, link.latency, in_units(link.joules_per_byte_down, 1e6),
                          optional_number(link.joules_per_byte_down), in_units(link.joules_per_byte_up, 1e6),
                          optional_number(link.joules_per_byte_up)});
  return table;
}

ReportTable fleet_cost_table(const Fleet& fleet, const Comparison& comparison,
                             const std::vector<MethodOnFleet>& methods) {
  ReportTable table{comparison.name + "-fleet",
                    "Cost on the fleet",
                    caption(fleet),
                    {{"method", "method"},
                     {"seeds reaching", ""},
                     {"", "reached"},
                     {"", "seeds"},
                     {"s a round", "seconds_per_round", Format::significant},
                     {"clients failed", "failed", Format::percent},
                     {"hours to target", "", Format::significant},
                     {"sd", "", Format::significant},
                     {"", "seconds"},
                     {"", "seconds_sd"},
                     {"", "seconds_least"},
                     {"bound", "bound"}},
                    {}};
  for (const MethodOnFleet& method : methods) table.rows.push_back(cost_row(fleet, method));
  if (has_compute_energy(fleet))
    add_energy(table, fleet, methods, "J of computing", "joules_compute", &FleetCost::joules_compute);
  if (has_link_energy(fleet))
    add_energy(table, fleet, methods, "J of links", "joules_link", &FleetCost::joules_link);
  return table;
}

std::vector<std::string> fleet_notes(const std::vector<Source>& sources) {
  std::vector<std::string> notes;
  for (const Source& source : sources) {
    const auto lacks = [](const record::Run& run) {
      return std::any_of(run.rounds.begin(), run.rounds.end(), [](const cost::RoundRow& row) {
        return row.client_flops.size() != row.clients.size();
      });
    };
    if (std::any_of(source.results.runs.begin(), source.results.runs.end(), lacks))
      notes.push_back("no client_flops in " + source.path.filename().string());
  }
  return notes;
}

}  // namespace fedmeta::report
