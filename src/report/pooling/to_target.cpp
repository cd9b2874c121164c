#include "report/pooling/to_target.hpp"

#include <algorithm>
#include <set>

#include "report/output/table.hpp"
#include "report/pooling/totals.hpp"

namespace fedmeta::report {
namespace {

/// Returns what a run had spent after a round.
Spending spent_until(const record::Run& run, std::int32_t round) {
  Spending spent{};
  for (const cost::RoundRow& row : run.rounds) {
    if (row.round > round) continue;
    const auto own = spending_of(row);
    for (std::size_t r = 0; r < resources; ++r) spent[r] += own[r];
  }
  return spent;
}

/// Returns the index of the first of `hold` rows, one after the other, that meet the target; else their
/// number.
std::size_t first_held(const std::vector<const cost::EvaluationRow*>& rows,
                       double cost::EvaluationRow::*value, double target, std::size_t hold) {
  std::size_t held = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    held = rows[i]->*value >= target ? held + 1 : 0;
    if (held == hold) return i + 1 - hold;
  }
  return rows.size();
}

/// Sample standard deviation of the ratio over the seeds with which both reached the target.
std::optional<double> paired_deviation(const Comparison& comparison, const Method& baseline,
                                       const Method& method, std::size_t resource) {
  std::vector<double> ratios;
  for (const Member& base : all_seeds(baseline))
    for (const Member& own : all_seeds(method)) {
      if (base.run->header.seed != own.run->header.seed ||
          base.source->results.data.data_seed != own.source->results.data.data_seed)
        continue;
      const auto a = crossing(comparison, base), b = crossing(comparison, own);
      if (a && b && a->reached && b->reached && b->spent[resource] > 0)
        ratios.push_back(a->spent[resource] / b->spent[resource]);
    }
  return summarise(ratios).deviation;
}

}  // namespace

Spending spending_of(const cost::RoundRow& round) {
  return {1, static_cast<double>(round.flops),
          static_cast<double>(round.bytes_down) + static_cast<double>(round.bytes_up), round.seconds};
}

std::optional<Crossing> crossing(const Comparison& comparison, const Member& member) {
  const auto* measure = find_measure(comparison.choices.target_on);
  const auto& target = comparison.setting.target;
  std::vector<const cost::EvaluationRow*> rows;
  for (const auto& row : member.run->evaluations)
    if (measure && row.split == comparison.split && std::isfinite(row.*(measure->value)))
      rows.push_back(&row);
  const bool failed = member.run->status == "invalid" && !comparison.choices.with_invalid;
  if (!target || rows.empty() || failed) return {};
  const auto first = first_held(rows, measure->value, *target, comparison.choices.hold);
  Crossing crossing;
  crossing.reached = first < rows.size();
  if (!crossing.reached) {
    crossing.spent = crossing.least = spent_until(*member.run, rows.back()->round);
    return crossing;
  }
  const auto met = rows[first]->round, before = first > 0 ? rows[first - 1]->round : 0;
  crossing.spent = spent_until(*member.run, met);
  crossing.least = spent_until(*member.run, std::min(before + 1, met));
  return crossing;
}

ToTarget to_target(const Comparison& comparison, const Method& method) {
  ToTarget all;
  std::array<std::vector<double>, resources> spent, least;
  for (const Member& member : all_seeds(method)) {
    const auto one = crossing(comparison, member);
    if (!one) continue;
    ++all.seeds;
    all.reached += one->reached ? 1 : 0;
    for (std::size_t r = 0; r < resources; ++r) {
      spent[r].push_back(one->spent[r]);
      least[r].push_back(one->least[r]);
    }
  }
  for (std::size_t r = 0; r < resources; ++r) {
    all.spent[r] = summarise(spent[r]);
    all.least[r] = summarise(least[r]).mean;
  }
  return all;
}

std::optional<Reduction> reduction(const Comparison& comparison, const Method& method, Resource resource) {
  const Method* baseline = baseline_of(comparison, method);
  if (!baseline) return {};
  const auto base = to_target(comparison, *baseline), own = to_target(comparison, method);
  const bool base_exact = base.exact(), own_exact = own.exact();
  if ((!base_exact && !own_exact) || base.seeds == 0 || own.seeds == 0 || own.of(resource).mean <= 0 ||
      (!base_exact && base.of(resource).mean <= 0))
    return {};
  Reduction reduction;
  reduction.factor = base.of(resource).mean / own.of(resource).mean;
  reduction.bound = !base_exact ? '>' : !own_exact ? '<' : 0;
  if (reduction.bound != 0) return reduction;
  const auto at_least = own.least_of(resource);
  reduction.low = base.least_of(resource) / own.of(resource).mean;
  reduction.high = at_least > 0 ? base.of(resource).mean / at_least : reduction.factor;
  if (baseline == &method) reduction.low = reduction.high = reduction.factor;  // by itself
  if (baseline != &method)
    reduction.deviation = paired_deviation(comparison, *baseline, method, static_cast<std::size_t>(resource));
  return reduction;
}

std::string shown(const Reduction& reduction) {
  return shown(TableCell(Bounded{reduction.factor, reduction.bound}), Format::factor);
}

std::optional<std::string> common_baseline(const Comparison& comparison) {
  std::set<std::string> names;
  for (const Method& method : comparison.methods)
    if (const auto* baseline = baseline_of(comparison, method)) names.insert(baseline->name);
  return names.size() == 1 ? std::optional(*names.begin()) : std::nullopt;
}

}  // namespace fedmeta::report
