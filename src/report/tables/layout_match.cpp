#include "report/tables/layout_match.hpp"

#include <algorithm>
#include <cmath>

#include "report/pooling/method_names.hpp"
#include "report/pooling/trained_epochs.hpp"

namespace fedmeta::report {
namespace {

std::optional<double> number_of(const record::AttributeValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return {};
}

bool equal(const record::AttributeValue& own, const record::AttributeValue& wanted) {
  const auto left = number_of(own), right = number_of(wanted);
  if (left && right) return *left == *right;
  const auto *text = std::get_if<std::string>(&own), *pattern = std::get_if<std::string>(&wanted);
  if (text && pattern && pattern->ends_with('*'))
    return text->starts_with(pattern->substr(0, pattern->size() - 1));
  return own == wanted;
}

bool meets(const record::AttributeValue& own, const Condition& condition) {
  if (condition.value) return equal(own, *condition.value);
  const auto number = number_of(own);
  return number && !(condition.from && *number < *condition.from) &&
         !(condition.below && *number >= *condition.below);
}

/// A run that started from a saved model is none of its algorithm's own trainings: it belongs where the start
/// or a second stage is asked for.
bool asks_for_start(const Conditions& conditions) {
  return std::ranges::any_of(conditions, [](const Condition& condition) {
    return condition.name.starts_with("start_") || condition.name == "stage2_rounds";
  });
}

bool is_started(const record::RunHeader& header) {
  return std::ranges::any_of(header.hyperparameters,
                             [](const auto& attribute) { return attribute.first == "start_from"; });
}

/// Whether a condition asks for another size of what --scale makes smaller. Rows differ in local epochs by
/// intention. No second stage, or epochs instead of steps, is another kind of training, and no smaller one.
bool is_size(const record::AttributeValue& own, const Condition& condition) {
  const auto& name = condition.name;
  if (!name.ends_with("clients_per_round") && !name.ends_with("_steps") && name != "trained_epochs")
    return false;
  const auto number = number_of(own), wanted = condition.value ? number_of(*condition.value)
                                                               : std::optional(condition.from.value_or(1));
  return number && wanted && *number > 0 && *wanted > 0;
}

std::optional<Conditions> misses(const Method& method, const Conditions& conditions) {
  if (is_started(header_of(method)) && !asks_for_start(conditions)) return {};
  Conditions missed;
  for (const Condition& condition : conditions) {
    const auto own = value_of(method, condition.name);
    if (own && meets(*own, condition)) continue;
    if (!own || !is_size(*own, condition)) return {};
    missed.push_back(condition);
  }
  return missed;
}

}  // namespace

std::optional<record::AttributeValue> value_of(const Method& method, const std::string& name) {
  if (name != "trained_epochs") return resolved(header_of(method), name);
  return trained_epochs(all_seeds(method).front());
}

std::optional<Conditions> misses(const Method& method, const LayoutRow& row) {
  if (method.algorithm != row.algorithm) return {};
  const std::vector<Conditions> any{{}};
  std::optional<Conditions> fewest;
  for (const Conditions& conditions : row.where.empty() ? any : row.where)
    if (auto missed = misses(method, conditions); missed && (!fewest || missed->size() < fewest->size()))
      fewest = std::move(missed);
  return fewest;
}

bool belongs(const Method& method, const LayoutRow& row) {
  const auto missed = misses(method, row);
  return missed && missed->empty();
}

std::vector<Runs> candidates(const std::vector<Comparison>& comparisons, const LayoutRow& row,
                             const std::string& dataset, double support) {
  std::vector<Runs> found;
  for (const Comparison& comparison : comparisons) {
    if (comparison.setting.dataset != dataset ||
        std::abs(comparison.setting.support_fraction - support) >= 1e-9)
      continue;
    for (const Method& method : comparison.methods)
      if (belongs(method, row)) found.push_back({&comparison, &method});
  }
  std::ranges::stable_sort(found, std::ranges::greater(),
                           [](const Runs& runs) { return runs.method->members.size(); });
  return found;
}

}  // namespace fedmeta::report
