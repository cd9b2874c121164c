#include "report/machine/scaling.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "report/pooling/method_names.hpp"
#include "report/pooling/totals.hpp"

namespace fedmeta::report {
namespace {

/// A run that may be a point of a series.
struct Timed {
  const Member* member;
  Machine machine;
  double nodes = 0, clients = 0, seconds = 0;  ///< the last two a round
};

/// Whether all rounds were made by the ranks that the file ends with.
bool on_these_ranks(const Member& member) {
  const auto& rounds = member.run->rounds;
  const auto ranks = member.source->results.system.rank.size();
  return std::all_of(rounds.begin(), rounds.end(),
                     [&](const auto& row) { return row.rank_seconds_compute.size() == ranks; });
}

std::vector<Timed> timed_runs(const Comparison& comparison) {
  std::vector<Timed> all;
  for (const Method& method : comparison.methods)
    for (const auto* members : {&method.members, &method.repeats})
      for (const Member& member : *members) {
        const auto sum = total(*member.run);
        if (sum.rounds == 0 || sum.seconds <= 0 || !on_these_ranks(member)) continue;
        const auto& system = member.source->results.system;
        const std::set<std::string> nodes(system.host.begin(), system.host.end());
        all.push_back({&member, machine_of(system), static_cast<double>(nodes.size()),
                       sum.client_tasks / sum.rounds, sum.seconds / sum.rounds});
      }
  return all;
}

/// Whether two runs differ in nothing that a round's seconds depend on, but for ranks and clients. Unlike
/// same_method(), placement and reduction count, and the numbers of rounds and clients do not.
bool alike(const Timed& a, const Timed& b, const std::string& dataset) {
  static const std::set<std::string> apart{"rounds",     "clients_per_round", "stage2_clients_per_round",
                                           "eval_every", "eval_on",           "eval_clients",
                                           "profile"};
  const auto& first = a.member->run->header;
  const auto& second = b.member->run->header;
  if (first.algorithm != second.algorithm || a.machine.threads != b.machine.threads ||
      a.machine.device != b.machine.device)
    return false;
  const auto all_apart = [&](const std::vector<std::string>& names) {
    return std::all_of(names.begin(), names.end(), [&](const auto& name) {
      return apart.contains(name) || is_of_the_setting(name, dataset);
    });
  };
  return all_apart(differences(first, second)) && all_apart(differences(second, first));
}

/// What is the same for all points of a series: clients a round, or a round and rank.
double load(const Timed& run, bool weak) {
  return weak ? run.clients / static_cast<double>(run.machine.ranks) : run.clients;
}

std::vector<ScalingPoint> points_of(const std::vector<const Timed*>& runs) {
  std::map<std::size_t, std::vector<const Timed*>> by_ranks;
  for (const Timed* run : runs) by_ranks[run->machine.ranks].push_back(run);
  std::vector<ScalingPoint> points;
  for (const auto& [ranks, group] : by_ranks) {
    std::vector<double> seconds;
    for (const Timed* run : group) seconds.push_back(run->seconds);
    ScalingPoint point{.ranks = static_cast<double>(ranks),
                       .nodes = group.front()->nodes,
                       .clients = group.front()->clients,
                       .seconds = summarise(seconds)};
    if (!points.empty()) {
      const auto& first = points.front();
      point.ideal = point.ranks / first.ranks;
      point.speed = point.clients / point.seconds.mean / (first.clients / first.seconds.mean);
    }
    points.push_back(point);
  }
  return points;
}

std::string name_of(const Timed& run, bool weak) {
  return fmt::format("{}, {:.4g} clients a round{}", run.member->run->header.algorithm, load(run, weak),
                     weak ? " and rank" : "");
}

/// Series of the same name, which differ in options, are numbered.
void number_names(std::vector<ScalingSeries>& all) {
  std::map<std::string, int> count, seen;
  for (const auto& series : all) ++count[series.name];
  for (auto& series : all)
    if (const auto name = series.name; count[name] > 1) series.name += fmt::format(" ({})", ++seen[name]);
}

}  // namespace

std::vector<ScalingSeries> scaling(const Comparison& comparison) {
  const auto runs = timed_runs(comparison);
  std::vector<ScalingSeries> all;
  for (const bool weak : {false, true}) {
    std::vector<std::vector<const Timed*>> groups;
    for (const Timed& run : runs) {
      const auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& known) {
        const Timed& first = *known.front();
        return alike(first, run, comparison.setting.dataset) &&
               std::abs(load(first, weak) - load(run, weak)) < 1e-9;
      });
      if (group == groups.end())
        groups.push_back({&run});
      else
        group->push_back(&run);
    }
    for (const auto& group : groups) {
      auto points = points_of(group);
      if (points.size() < 2) continue;
      const Timed& first = *group.front();
      all.push_back({weak, first.member->run->header.algorithm, name_of(first, weak),
                     fmt::format("{} thread{} a rank, {}", first.machine.threads,
                                 first.machine.threads == "1" ? "" : "s", first.machine.device),
                     std::move(points)});
    }
  }
  number_names(all);
  return all;
}

ReportTable scaling_table(const std::vector<Comparison>& comparisons) {
  ReportTable table{
      "machine-scaling",
      "Scaling",
      "Strong: the same clients a round on more ranks. Weak: clients a round in proportion to the ranks. "
      "Seconds a round, mean over the complete runs. Speed: clients per second, over that of the fewest "
      "ranks; ideal: ranks over the fewest ranks; efficiency: speed over ideal.",
      {{"setting", "setting"},
       {"scaling", "scaling"},
       {"method", "method"},
       {"on", "machine"},
       {"ranks", "ranks", Format::integer},
       {"nodes", "nodes", Format::integer},
       {"clients a round", "clients", Format::significant},
       {"runs", "runs", Format::integer},
       {"seconds a round", "seconds", Format::significant},
       {"sd", "seconds_sd", Format::significant},
       {"speed", "speed", Format::factor},
       {"ideal", "ideal", Format::factor},
       {"efficiency", "efficiency", Format::percent}},
      {}};
  for (const Comparison& comparison : comparisons)
    for (const auto& series : scaling(comparison))
      for (const auto& point : series.points)
        table.rows.push_back(
            {comparison.title, series.weak ? "weak" : "strong", series.name, series.machine, point.ranks,
             point.nodes, point.clients, static_cast<double>(point.seconds.count), point.seconds.mean,
             point.seconds.deviation ? TableCell(*point.seconds.deviation) : TableCell(Missing{"one run"}),
             point.speed, point.ideal, point.efficiency()});
  return table;
}

}  // namespace fedmeta::report
