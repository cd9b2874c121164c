#include "report/pooling/selection.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "base/joined.hpp"
#include "report/pooling/method_names.hpp"

namespace fedmeta::report {
namespace {

constexpr const char* validation = "validation";

/// Places of methods that are alike but for their rates, in the comparison.
using Group = std::vector<std::size_t>;

std::vector<std::pair<std::string, double>> rates_of(const Method& method) {
  std::vector<std::pair<std::string, double>> rates;
  for (const auto& [name, value] : header_of(method).hyperparameters)
    if (const auto rate = is_rate(name) ? number_in(header_of(method), name) : std::nullopt)
      rates.emplace_back(name, *rate);
  return rates;
}

Summary accuracy_of(const Method& method) {
  std::vector<double> values;
  for (const Member& member : method.members) {
    const auto* row = last_evaluation(member, validation);
    if (!row)
      throw Error(Status::usage, "no evaluation of validation clients, by which rates are selected",
                  member.source->path.string() + ": " + method.algorithm + " seed " +
                      std::to_string(member.run->header.seed),
                  "run it with --eval-on both");
    if (std::isfinite(row->accuracy)) values.push_back(row->accuracy);
  }
  return values.size() == method.members.size() ? summarise(values) : Summary{};
}

/// The values that a rate has with the candidates; NaN where one does not read it.
std::vector<double> values_of(const std::vector<Candidate>& candidates, const std::string& name) {
  std::vector<double> values;
  for (const Candidate& candidate : candidates) {
    const auto found = std::ranges::find(candidate.rates, name, &std::pair<std::string, double>::first);
    values.push_back(found == candidate.rates.end() ? std::nan("") : found->second);
  }
  return values;
}

/// Returns the rates by which candidates differ, but none that always equals another, as finetune_lr does
/// where it is that of local training.
std::vector<std::string> varying(const std::vector<Candidate>& candidates) {
  std::vector<std::string> names;
  std::vector<std::vector<double>> seen;
  for (const auto& [name, rate] : candidates.front().rates) {
    auto values = values_of(candidates, name);
    if (std::ranges::all_of(values, [&](double value) { return value == values.front(); })) continue;
    if (std::ranges::find(seen, values) != seen.end()) continue;
    names.push_back(name);
    seen.push_back(std::move(values));
  }
  return names;
}

/// Returns the best candidate; null where none is complete.
Candidate* best_of(std::vector<Candidate>& candidates) {
  Candidate* best = nullptr;
  for (Candidate& candidate : candidates)
    if (candidate.validation.count > 0 && (!best || candidate.validation.mean > best->validation.mean))
      best = &candidate;
  return best;
}

/// The rounds after which the complete seeds were evaluated last; files may lack the option `rounds`.
std::set<std::int32_t> rounds_of(const Method& method) {
  std::set<std::int32_t> rounds;
  for (const Member& member : method.members)
    if (const auto* row = last_evaluation(member, validation)) rounds.insert(row->round);
  return rounds;
}

/// Indices of the methods from `first` on that are like it but for their rates and are not in a group yet,
/// the lowest rates first. Those that were trained for longer are no candidates: rates are not why they are
/// better.
Group alike(const Comparison& comparison, std::size_t first, const std::vector<bool>& met) {
  Group group;
  const auto& methods = comparison.methods;
  std::set<std::int32_t> rounds;
  for (std::size_t m = first; m < methods.size(); ++m) {
    if (met[m] ||
        !same_but_rates(header_of(methods[first]), header_of(methods[m]), comparison.setting.dataset))
      continue;
    const auto own = rounds_of(methods[m]);
    if (!rounds.empty() && !own.empty() && own != rounds) continue;
    rounds.insert(own.begin(), own.end());
    group.push_back(m);
  }
  std::ranges::stable_sort(group, {}, [&](std::size_t m) { return rates_of(methods[m]); });
  return group;
}

/// Adds a grid to the comparison. Returns the methods to keep: the chosen one, or all where none is complete.
Group choose(Comparison& comparison, const Group& group) {
  Grid grid{comparison.methods[group.front()].algorithm, {}, {}};
  for (const auto m : group) {
    const Method& method = comparison.methods[m];
    const auto accuracy = accuracy_of(method);
    const auto* status = method.members.empty() ? "not complete"
                         : accuracy.count == 0  ? "not finite"
                                                : "not chosen";
    grid.candidates.push_back({rates_of(method), accuracy, status});
  }
  grid.varying = varying(grid.candidates);
  auto kept = group;
  if (auto* best = best_of(grid.candidates)) {
    best->status = "chosen";
    kept = {group[static_cast<std::size_t>(best - grid.candidates.data())]};
    comparison.methods[kept.front()].grid = comparison.grids.size();
  }
  comparison.grids.push_back(std::move(grid));
  return kept;
}

/// Means over other seeds differ by chance, too.
void note_seeds(Comparison& comparison, const Group& group) {
  std::map<std::set<std::string>, std::size_t> candidates;
  for (const auto m : group) {
    std::set<std::string> seeds;
    for (const Member& member : comparison.methods[m].members) {
      auto seed = std::to_string(member.run->header.seed);
      if (comparison.choices.pool_data_seeds)
        seed += " of data seed " + std::to_string(member.source->results.data.data_seed);
      seeds.insert(std::move(seed));
    }
    if (!seeds.empty()) ++candidates[seeds];
  }
  if (candidates.size() < 2) return;
  std::vector<std::string> texts;
  for (const auto& [seeds, count] : candidates)
    texts.push_back(
        fmt::format("{} ({} of the candidates)", joined({seeds.begin(), seeds.end()}, ", "), count));
  comparison.notes.push_back(
      comparison.methods[group.front()].algorithm +
      ": rates are chosen by means over different seeds, which differ by chance, too: " +
      joined(texts, "; "));
}

std::string rounds_text(const Comparison& comparison, const Group& group) {
  std::set<std::int32_t> rounds;
  for (const auto m : group) rounds.merge(rounds_of(comparison.methods[m]));
  std::vector<std::string> texts;
  for (const auto round : rounds) texts.push_back(std::to_string(round));
  return joined(texts, ", ");
}

/// Says of groups that differ in rates and in rounds that they were not compared.
void note_rounds(Comparison& comparison, const std::vector<Group>& groups) {
  const auto& methods = comparison.methods;
  std::vector<bool> met(groups.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (met[g]) continue;
    std::set<std::vector<std::pair<std::string, double>>> rates;
    std::vector<std::string> rounds;
    for (std::size_t other = g; other < groups.size(); ++other) {
      if (!same_but_rates(header_of(methods[groups[g].front()]), header_of(methods[groups[other].front()]),
                          comparison.setting.dataset, "rounds"))
        continue;
      met[other] = true;
      const auto own = rounds_text(comparison, groups[other]);
      if (own.empty()) continue;  // none is complete
      rounds.push_back(own);
      for (const auto m : groups[other]) rates.insert(rates_of(methods[m]));
    }
    if (rounds.size() > 1 && rates.size() > 1)
      comparison.notes.push_back(
          methods[groups[g].front()].algorithm + ": rates of runs of " + joined(rounds, " and ") +
          " rounds are not compared with each other: each number of rounds has its own "
          "choice");
  }
}

}  // namespace

void select_rates(Comparison& comparison) {
  std::vector<bool> met(comparison.methods.size()), kept(comparison.methods.size());
  std::vector<Group> groups;
  for (std::size_t m = 0; m < comparison.methods.size(); ++m) {
    if (met[m]) continue;
    const auto& group = groups.emplace_back(alike(comparison, m, met));
    for (const auto other : group) met[other] = true;
    for (const auto chosen : group.size() > 1 ? choose(comparison, group) : group) kept[chosen] = true;
    if (group.size() > 1) note_seeds(comparison, group);
  }
  note_rounds(comparison, groups);
  std::vector<Method> methods;
  for (std::size_t m = 0; m < comparison.methods.size(); ++m)
    if (kept[m]) methods.push_back(std::move(comparison.methods[m]));
  comparison.methods = std::move(methods);
  if (!comparison.grids.empty() && comparison.split == validation)
    throw Error(Status::usage, "no evaluation of test clients, who have no say in the choice", "--select",
                "run with --eval-on both");
}

void check_selection(const std::vector<Comparison>& all) {
  if (std::ranges::all_of(all, [](const Comparison& comparison) { return comparison.grids.empty(); }))
    throw Error(Status::usage, "no method was run with several rates", "--select",
                "give runs of equal rounds that differ in rates alone, or leave it out");
}

}  // namespace fedmeta::report
