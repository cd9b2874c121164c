#include "settings/option_parsing.hpp"

#include <algorithm>
#include <stdexcept>
#include <type_traits>

#include "command_line/nearest.hpp"
#include "command_line/numbers.hpp"
#include "settings/toml.hpp"

namespace fedmeta::settings {
namespace {

// A validator's message has two lines: what is wrong, and what to do.

/// Refuses other words and suggests the nearest known one.
CLI::Validator one_of(const Words& words) {
  std::string description;
  for (const auto& word : words) description += (description.empty() ? "" : "|") + word;
  const auto check = [words](const std::string& value) -> std::string {
    const bool known = std::find(words.begin(), words.end(), value) != words.end();
    return known ? "" : "unknown value " + value + '\n' + command_line::did_you_mean(value, words);
  };
  return CLI::Validator(check, description);
}

/// A flag without a value means true. --help does not show the present value.
void add(CLI::App& app, const OptionRow& row, bool& value) {
  const auto check = [](const std::string& text) -> std::string {
    return text == "true" || text == "false" ? "" : "impossible value " + text + "\nuse true or false";
  };
  app.add_flag("--" + row.name, value, row.help)->check(CLI::Validator(check, ""));
}

void add(CLI::App& app, const OptionRow& row, std::string& value) {
  auto* added = app.add_option("--" + row.name, value, row.help)->capture_default_str();
  if (const auto* words = std::get_if<Words>(&row.accepted)) added->check(one_of(*words));
}

void add(CLI::App& app, const OptionRow& row, options::WordField& word) {
  app.add_option_function<std::string>("--" + row.name, word.set, row.help)
      ->default_str(word.get())
      ->check(one_of(std::get<Words>(row.accepted)));
}

void add(CLI::App& app, const OptionRow& row, std::filesystem::path& value) {
  app.add_option("--" + row.name, value, row.help)->capture_default_str();
}

void add(CLI::App& app, const OptionRow& row, std::vector<std::string>& values) {
  auto* added = app.add_option("--" + row.name, values, row.help)->capture_default_str();
  if (row.repeats)
    added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  else
    added->delimiter(',');
}

/// Adds an option for a number or a list of numbers.
template <class Number>
void add(CLI::App& app, const OptionRow& row, Number& value) {
  auto* added =
      command_line::number_option(app, row.name, value, row.help, std::get<options::Range>(row.accepted));
  added->capture_default_str();
  if constexpr (std::is_same_v<Number, double>) added->default_str(toml_value(value));  // CLI11: six digits
}

constexpr int absent = -1;

template <class Number>
void add(CLI::App& app, const OptionRow& row, std::optional<Number>& value) {
  const auto set = [&value](const Number& number) {
    value = number == absent ? std::nullopt : std::optional(number);
  };
  app.add_option_function<Number>("--" + row.name, set, row.help)
      ->default_str(toml_text(row))
      ->transform(command_line::number_in<Number>(std::get<options::Range>(row.accepted)));
}

/// Returns a value as it is written: itself or what stands for it.
template <class T>
const T& written(const T& value) {
  return value;
}
std::int64_t written(int value) {
  return value;
}
template <class Number>
Number written(const std::optional<Number>& value) {
  return value.value_or(absent);
}
std::string written(const options::WordField& word) {
  return word.get();
}

}  // namespace

void add_options(CLI::App& app, const OptionTable& table) {
  for (const auto& group : table) {
    app.option_defaults()->group(group.title);
    for (const auto& row : group.rows)
      std::visit([&](const auto& value) { add(app, row, *value); }, row.value);
  }
}

std::string toml_text(const OptionRow& row) {
  return std::visit([](const auto& value) { return toml_value(written(*value)); }, row.value);
}

record::AttributeValue attribute(const OptionRow& row) {
  return std::visit(
      [](const auto& value) -> record::AttributeValue {
        using T = std::decay_t<decltype(written(*value))>;
        if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::int64_t> ||
                      std::is_same_v<T, double> || std::is_same_v<T, std::string>)
          return written(*value);
        else
          throw std::logic_error("neither paths nor lists are attributes");
      },
      row.value);
}

std::string attribute_name(const OptionRow& row) {
  auto name = row.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

}  // namespace fedmeta::settings
