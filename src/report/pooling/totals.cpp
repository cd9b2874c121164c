#include "report/pooling/totals.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "base/joined.hpp"
#include "base/text.hpp"

namespace fedmeta::report {
namespace {

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

std::string joined_set(const std::set<std::string>& names) {
  return joined({names.begin(), names.end()}, ", ");
}

/// Whether all rounds were computed by the ranks whose rates are known: a run that went on may have had
/// others.
bool on_same_ranks(const record::Run& run, const record::Results& results) {
  return results.header.resumed.empty() ||
         std::all_of(run.rounds.begin(), run.rounds.end(), [&](const cost::RoundRow& row) {
           return row.rank_seconds_compute.size() == results.system.rank.size();
         });
}

}  // namespace

Total total(const record::Run& run) {
  Total sum;
  for (const cost::RoundRow& row : run.rounds) {
    sum.rounds += 1;
    sum.client_tasks += static_cast<double>(row.clients.size());
    sum.flops += static_cast<double>(row.flops);
    sum.flops_executed += static_cast<double>(row.flops_executed);
    sum.bytes_down += static_cast<double>(row.bytes_down);
    sum.bytes_up += static_cast<double>(row.bytes_up);
    sum.mpi_bytes += static_cast<double>(row.mpi_bytes);
    sum.seconds += row.seconds;
    sum.seconds_broadcast += row.seconds_broadcast;
    sum.seconds_compute += row.seconds_compute;
    sum.seconds_reduce += row.seconds_reduce;
    sum.seconds_update += row.seconds_update;
  }
  if (run.rounds.empty())
    for (const cost::ClientRow& client : run.clients)
      sum.flops += static_cast<double>(std::max<std::int64_t>(0, client.flops));
  return sum;
}

double gemm_drift(const record::System& system) {
  const double start = sum(system.gemm_flops_per_second), end = sum(system.gemm_flops_per_second_end);
  return start > 0 && end > 0 ? end / start - 1 : 0;
}

bool is_steady(const record::System& system) {
  return std::abs(gemm_drift(system)) <= 0.3;
}

std::optional<double> efficiency(const Member& member, double flops) {
  const record::System& system = member.source->results.system;
  if (!on_same_ranks(*member.run, member.source->results)) return std::nullopt;
  const double rate = sum(system.gemm_flops_per_second), seconds = total(*member.run).seconds;
  if (rate <= 0 || seconds <= 0 || !is_steady(system)) return std::nullopt;
  return flops / (seconds * rate);
}

Machine machine_of(const record::System& system) {
  Machine machine;
  machine.ranks = system.rank.size();
  const auto [least, most] = std::minmax_element(system.threads.begin(), system.threads.end());
  if (least != system.threads.end())
    machine.threads = *least == *most ? fmt::format("{}", *least) : fmt::format("{}-{}", *least, *most);
  std::set<std::string> devices;
  for (const auto& device : system.device) devices.insert(device.substr(0, device.find(':')));
  machine.device = joined_set(devices);
  machine.hosts = joined_set({system.host.begin(), system.host.end()});
  return machine;
}

std::string describe(const Machine& machine) {
  return fmt::format("{}, {} thread{} each, {}, {}", counted(machine.ranks, "rank"), machine.threads,
                     machine.threads == "1" ? "" : "s", machine.device, machine.hosts);
}

bool on_one_machine(const Comparison& comparison) {
  std::set<Machine> machines;
  for (const Method& method : comparison.methods)
    for (const Member& member : all_seeds(method)) machines.insert(machine_of(member.source->results.system));
  return machines.size() == 1;
}

std::vector<OnMachine> by_machine(const Method& method) {
  std::map<Machine, Method> by;
  for (const auto* members : {&method.members, &method.repeats})
    for (const Member& member : *members) {
      auto& runs = by[machine_of(member.source->results.system)];
      runs.algorithm = method.algorithm;
      runs.name = method.name;
      runs.members.push_back(member);
    }
  std::vector<OnMachine> all;
  for (auto& [machine, runs] : by) all.push_back({machine, std::move(runs)});
  return all;
}

}  // namespace fedmeta::report
