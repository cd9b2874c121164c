#include "report/pooling/selection.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "report/pooling/method_names.hpp"

namespace fedmeta::report {
namespace {

constexpr const char* validation = "validation";

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

/// Indices of the methods that are the first one but for their rates, the lowest rates first.
std::vector<std::size_t> alike(const Comparison& comparison, std::size_t first) {
  std::vector<std::size_t> group;
  const auto& methods = comparison.methods;
  for (std::size_t m = first; m < methods.size(); ++m)
    if (same_but_rates(header_of(methods[first]), header_of(methods[m]), comparison.setting.dataset))
      group.push_back(m);
  std::ranges::stable_sort(group, {}, [&](std::size_t m) { return rates_of(methods[m]); });
  return group;
}

/// Adds a grid to the comparison. Returns the methods to keep: the chosen one, or all where none is complete.
std::vector<std::size_t> choose(Comparison& comparison, const std::vector<std::size_t>& group) {
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

}  // namespace

void select_rates(Comparison& comparison) {
  std::vector<bool> met(comparison.methods.size()), kept(comparison.methods.size());
  for (std::size_t m = 0; m < comparison.methods.size(); ++m) {
    if (met[m]) continue;
    const auto group = alike(comparison, m);
    for (const auto other : group) met[other] = true;
    for (const auto chosen : group.size() > 1 ? choose(comparison, group) : group) kept[chosen] = true;
  }
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
                "give runs that differ in rates alone, or leave it out");
}

}  // namespace fedmeta::report
