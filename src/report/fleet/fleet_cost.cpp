#include "report/fleet/fleet_cost.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace fedmeta::report {
namespace {

Task task_of(const Phone& phone, double flops, double down, double up) {
  const Link& link = *phone.link;
  Task task;
  task.seconds_fixed = flops / phone.device->flops_per_second + 2 * link.latency;
  task.seconds_transfer = down / link.downlink + up / link.uplink;
  task.joules_compute = flops * phone.device->joules_per_flop.value_or(0);
  task.joules_link = down * link.joules_per_byte_down.value_or(0) + up * link.joules_per_byte_up.value_or(0);
  return task;
}

std::span<const RoundTasks> first(const std::vector<RoundTasks>& rounds, double count) {
  return {rounds.data(), std::min(rounds.size(), static_cast<std::size_t>(count))};
}

/// Returns the speed between two at which the methods' difference is 0; its signs differ there. Bisection of
/// the logarithm.
double crossing_speed(const std::function<double(double)>& difference, double low, double high) {
  const bool positive_low = difference(low) > 0;
  for (int i = 0; i < 50; ++i) {
    const double middle = std::sqrt(low * high);
    ((difference(middle) > 0) == positive_low ? low : high) = middle;
  }
  return std::sqrt(low * high);
}

}  // namespace

std::optional<std::vector<RoundTasks>> tasks_of(const Fleet& fleet, const Member& member) {
  const auto& ids = member.source->results.data.client_id;
  std::vector<Phone> phones;
  phones.reserve(ids.size());
  for (const auto& id : ids) phones.push_back(phone_of(fleet, id));
  std::vector<RoundTasks> rounds;
  for (const cost::RoundRow& row : member.run->rounds) {
    if (row.client_flops.size() != row.clients.size()) return {};
    const auto clients = static_cast<double>(row.clients.size());
    RoundTasks& tasks = rounds.emplace_back();
    for (std::size_t i = 0; i < row.clients.size(); ++i) {
      const auto client = static_cast<std::size_t>(row.clients[i]);
      tasks.push_back(task_of(phones[client], static_cast<double>(row.client_flops[i]),
                              static_cast<double>(row.bytes_down) / clients,
                              static_cast<double>(row.bytes_up) / clients));
      tasks.back().drops_out = drops_out(fleet, ids[client], row.round);
    }
  }
  return rounds;
}

FleetCost cost_of(std::span<const RoundTasks> rounds, std::optional<double> deadline, double speed) {
  FleetCost cost;
  for (const RoundTasks& tasks : rounds) {
    double of_waited_for = 0, of_all = 0;
    bool waits = false;
    for (const Task& task : tasks) {
      const double seconds = task.seconds(speed);
      const bool late = deadline && seconds > *deadline;
      const double until = late ? *deadline : seconds;
      of_all = std::max(of_all, until);
      if (!task.drops_out) of_waited_for = std::max(of_waited_for, until);
      waits = waits || !task.drops_out;
      cost.failed += task.drops_out || late ? 1 : 0;
      cost.joules_compute += task.joules_compute;
      cost.joules_link += task.joules_link;
    }
    cost.rounds += 1;
    cost.tasks += static_cast<double>(tasks.size());
    cost.seconds += waits ? of_waited_for : of_all;
  }
  return cost;
}

std::span<const RoundTasks> SeedOnFleet::to_target() const {
  return first(rounds, crossing ? crossing->spent[static_cast<std::size_t>(Resource::rounds)] : 0);
}

std::span<const RoundTasks> SeedOnFleet::at_least() const {
  return first(rounds, crossing ? crossing->least[static_cast<std::size_t>(Resource::rounds)] : 0);
}

MethodOnFleet on_fleet(const Fleet& fleet, const Comparison& comparison, const Method& method) {
  MethodOnFleet on{&method, {}, "", to_target(comparison, method)};
  const auto members = all_seeds(method);
  if (std::all_of(members.begin(), members.end(), [](const Member& m) { return m.run->rounds.empty(); }))
    on.why_not = "no rounds";
  for (const Member& member : members) {
    if (!on.why_not.empty()) break;
    if (auto rounds = tasks_of(fleet, member))
      on.seeds.push_back({std::move(*rounds), crossing(comparison, member)});
    else
      on.why_not = "no client_flops";
  }
  if (!on.why_not.empty()) on.seeds.clear();
  return on;
}

Summary cost_to_target(const MethodOnFleet& method, std::optional<double> deadline, double FleetCost::*value,
                       double speed) {
  std::vector<double> values;
  for (const SeedOnFleet& seed : method.seeds)
    if (seed.crossing) values.push_back(cost_of(seed.to_target(), deadline, speed).*value);
  return summarise(values);
}

std::vector<OrderChange> order_changes(const std::vector<MethodOnFleet>& methods,
                                       std::optional<double> deadline, const std::vector<double>& speeds) {
  const auto seconds = [&](std::size_t m, double speed) {
    return cost_to_target(methods[m], deadline, &FleetCost::seconds, speed).mean;
  };
  std::vector<OrderChange> changes;
  for (std::size_t a = 0; a < methods.size(); ++a)
    for (std::size_t b = a + 1; b < methods.size(); ++b) {
      if (!methods[a].reached() || !methods[b].reached()) continue;
      const auto difference = [&](double speed) { return seconds(a, speed) - seconds(b, speed); };
      double before = 0, last = 0;  // the last speed with a difference, and that difference
      for (const double speed : speeds) {
        const double now = difference(speed);
        if (now == 0) continue;
        if (last * now < 0) {
          const double at = crossing_speed(difference, before, speed);
          changes.push_back({last < 0 ? a : b, last < 0 ? b : a, at, seconds(a, at)});
        }
        before = speed;
        last = now;
      }
    }
  return changes;
}

}  // namespace fedmeta::report
