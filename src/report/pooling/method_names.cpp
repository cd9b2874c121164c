#include "report/pooling/method_names.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace fedmeta::report {
namespace {

using Value = std::optional<record::AttributeValue>;
using Methods = std::vector<Method*>;
using Names = std::vector<std::string>;

/// What a run started from, without the seed of that model: `none` for fresh parameters.
constexpr const char* start = "start_from";

/// Whether an attribute says how a run was carried out and evaluated, or belongs to its seed or to the
/// setting.
bool is_apart(const std::string& name, const std::string& dataset) {
  static const std::set<std::string> names{"placement",    "reduction", "eval_every", "eval_on",
                                           "eval_clients", "profile",   "self_curve", "personal_curve"};
  return names.contains(name) || is_of_the_seed(name) || is_of_the_setting(name, dataset);
}

Value stored_value(const record::RunHeader& header, const std::string& name) {
  for (const auto& parameter : header.hyperparameters)
    if (parameter.first == name) return parameter.second;
  return std::nullopt;
}

bool is_as_before(const Value& value) {
  if (!value) return false;
  if (const auto* text = std::get_if<std::string>(&*value)) return *text == "same";
  if (const auto* real = std::get_if<double>(&*value)) return *real == -1;
  const auto* whole = std::get_if<std::int64_t>(&*value);
  return whole && *whole == -1;
}

/// Returns a value, or what it stands for: `same` and -1 of stage2_local_lr or finetune_lr are the value of
/// local_lr, those of finetune_batch the value of batch_size.
Value value_of(const record::RunHeader& header, const std::string& name) {
  auto value = stored_value(header, name);
  if (!value && name == start) return "none";
  const auto end_of_stage = name.find('_');
  if (!is_as_before(value) || end_of_stage == std::string::npos) return value;
  const auto option = name.substr(end_of_stage + 1);
  for (const std::string& before : {option, "local_" + option, option + "_size"})
    if (auto found = stored_value(header, before); found && before != name) return found;
  return value;
}

std::string shown(const Value& value) {
  return value ? text_of(*value) : "unknown";
}

/// Returns the number of different value combinations that the methods have for these hyper-parameters.
std::size_t ways(const Methods& methods, const Names& names) {
  std::set<std::vector<Value>> different;
  for (const Method* method : methods) {
    std::vector<Value> values;
    for (const auto& name : names) values.push_back(value_of(header_of(*method), name));
    different.insert(values);
  }
  return different.size();
}

bool is_word(const record::AttributeValue& value) {
  return std::holds_alternative<std::string>(value) || std::holds_alternative<bool>(value);
}

/// Returns the hyper-parameters that may name a method; those with words first, which say more than numbers.
Names candidates(const Methods& methods, const std::string& dataset) {
  Names words, numbers;
  std::set<std::string> seen;
  for (const Method* method : methods)
    for (const auto& [name, value] : header_of(*method).hyperparameters)
      if (!is_apart(name, dataset) && seen.insert(name).second)
        (is_word(value) ? words : numbers).push_back(name);
  words.insert(words.end(), numbers.begin(), numbers.end());
  return words;
}

Names telling(const Methods& methods, const std::string& dataset) {
  Names chosen;
  for (const auto& name : candidates(methods, dataset)) {
    auto more = chosen;
    more.push_back(name);
    if (ways(methods, more) > ways(methods, chosen)) chosen = more;
  }
  return chosen;
}

/// In either direction.
Names all_differences(const record::RunHeader& a, const record::RunHeader& b) {
  auto names = differences(a, b);
  for (auto& name : differences(b, a)) names.push_back(std::move(name));
  return names;
}

void name_alike(const Methods& methods, const std::string& dataset) {
  const auto names = telling(methods, dataset);
  for (Method* method : methods) {
    std::string values;
    for (const auto& name : names)
      values +=
          (values.empty() ? "" : ", ") + option_name(name) + " " + shown(value_of(header_of(*method), name));
    method->name = method->algorithm + (values.empty() ? "" : " (" + values + ")");
  }
}

}  // namespace

const record::RunHeader& header_of(const Method& method) {
  return (method.members.empty() ? method.incomplete : method.members).front().run->header;
}

bool is_of_the_seed(const std::string& name) {
  return name == "start_seed" || name == "start_sum";
}

Names differences(const record::RunHeader& a, const record::RunHeader& b) {
  Names names;
  for (const auto& parameter : a.hyperparameters)
    if (value_of(a, parameter.first) != value_of(b, parameter.first)) names.push_back(parameter.first);
  return names;
}

bool same_method(const record::RunHeader& a, const record::RunHeader& b, const std::string& dataset) {
  return a.algorithm == b.algorithm && std::ranges::all_of(all_differences(a, b), [&](const auto& name) {
           return is_apart(name, dataset);
         });
}

std::optional<record::AttributeValue> resolved(const record::RunHeader& header, const std::string& name) {
  return value_of(header, name);
}

bool is_rate(const std::string& name) {
  return name.ends_with("_lr");
}

bool same_but_rates(const record::RunHeader& a, const record::RunHeader& b, const std::string& dataset,
                    const std::string& more) {
  return a.algorithm == b.algorithm && std::ranges::all_of(all_differences(a, b), [&](const auto& name) {
           return is_rate(name) || name == more || is_apart(name, dataset);
         });
}

std::optional<double> number_in(const record::RunHeader& header, const std::string& name) {
  const auto value = value_of(header, name);
  if (!value) return {};
  if (const auto* whole = std::get_if<std::int64_t>(&*value)) return static_cast<double>(*whole);
  const auto* real = std::get_if<double>(&*value);
  return real ? std::optional(*real) : std::nullopt;
}

bool shares_options(const record::RunHeader& a, const record::RunHeader& b, const std::string& dataset) {
  const auto differing = differences(a, b);
  return value_of(a, start) == value_of(b, start) &&
         std::all_of(differing.begin(), differing.end(), [&](const auto& name) {
           return name == "rounds" || is_apart(name, dataset) || !stored_value(b, name);
         });
}

namespace {

/// What was trained before is never left unsaid, even where no other method tells it apart.
void name_start(Method& method) {
  const auto from = stored_value(header_of(method), start);
  if (!from || method.name.find("(start-from ") != std::string::npos ||
      method.name.find(", start-from ") != std::string::npos)
    return;
  const bool has_others = method.name.ends_with(')');
  if (has_others) method.name.pop_back();
  method.name += (has_others ? ", start-from " : " (start-from ") + text_of(*from) + ")";
}

}  // namespace

void name_methods(std::vector<Method>& methods, const std::string& dataset) {
  std::set<std::string> algorithms;
  for (const Method& method : methods) algorithms.insert(method.algorithm);
  for (const auto& algorithm : algorithms) {
    Methods alike;
    for (Method& method : methods)
      if (method.algorithm == algorithm) alike.push_back(&method);
    name_alike(alike, dataset);
  }
  for (Method& method : methods) name_start(method);
}

}  // namespace fedmeta::report
