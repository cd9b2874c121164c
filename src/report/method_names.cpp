#include "report/method_names.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "report/table.hpp"

namespace fedmeta::report {
namespace {

using Value = std::optional<record::AttributeValue>;
using Methods = std::vector<Method*>;
using Names = std::vector<std::string>;

bool is_of_the_run(const std::string& name) {
  static const std::set<std::string> names{"placement", "reduction",    "engine", "eval_every",
                                           "eval_on",   "eval_clients", "profile"};
  return names.contains(name);
}

Value value_of(const record::RunHeader& header, const std::string& name) {
  for (const auto& parameter : header.hyperparameters)
    if (parameter.first == name) return parameter.second;
  return std::nullopt;
}

std::string text_of(const Value& value) {
  if (!value) return "unknown";
  if (const auto* text = std::get_if<std::string>(&*value)) return *text;
  if (const auto* truth = std::get_if<bool>(&*value)) return *truth ? "true" : "false";
  if (const auto* real = std::get_if<double>(&*value)) return number(*real);
  return std::to_string(std::get<std::int64_t>(*value));
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
Names candidates(const Methods& methods) {
  Names words, numbers;
  for (const auto& [name, value] : header_of(*methods.front()).hyperparameters)
    if (!is_of_the_run(name)) (is_word(value) ? words : numbers).push_back(name);
  words.insert(words.end(), numbers.begin(), numbers.end());
  return words;
}

Names telling(const Methods& methods) {
  Names chosen;
  for (const auto& name : candidates(methods)) {
    auto more = chosen;
    more.push_back(name);
    if (ways(methods, more) > ways(methods, chosen)) chosen = more;
  }
  return chosen;
}

void name_alike(const Methods& methods) {
  const auto names = telling(methods);
  for (Method* method : methods) {
    std::string values;
    for (auto name : names) {
      const auto value = text_of(value_of(header_of(*method), name));
      std::replace(name.begin(), name.end(), '_', '-');
      values += (values.empty() ? "" : ", ") + name + " " + value;
    }
    method->name = method->algorithm + (values.empty() ? "" : " (" + values + ")");
  }
}

}  // namespace

const record::RunHeader& header_of(const Method& method) {
  return method.members.front().run->header;
}

Names differences(const record::RunHeader& a, const record::RunHeader& b) {
  Names names;
  for (const auto& [name, value] : a.hyperparameters)
    if (value_of(b, name) != value) names.push_back(name);
  return names;
}

bool same_method(const record::RunHeader& a, const record::RunHeader& b) {
  const auto of_the_run = [](const Names& names) {
    return std::all_of(names.begin(), names.end(), is_of_the_run);
  };
  return a.algorithm == b.algorithm && of_the_run(differences(a, b)) && of_the_run(differences(b, a));
}

void name_methods(std::vector<Method>& methods) {
  std::set<std::string> algorithms;
  for (const Method& method : methods) algorithms.insert(method.algorithm);
  for (const auto& algorithm : algorithms) {
    Methods alike;
    for (Method& method : methods)
      if (method.algorithm == algorithm) alike.push_back(&method);
    name_alike(alike);
  }
}

}  // namespace fedmeta::report
