// One row of the table of options. The command line, --set, the --config file, --scale, the attributes of
// results files and the table in docs/algorithms.md go by the rows alone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "algorithms/protocol.hpp"
#include "command_line/numbers.hpp"
#include "record/results.hpp"

namespace fedmeta::settings {

/// A word for a value of an enumeration.
struct WordField {
  const void* field;
  std::function<std::string()> get;
  std::function<void(const std::string&)> set;  ///< takes one of the row's words
};

/// Where an option's value lies. The type is the option's: switches are bool, words std::string or an
/// enumeration. An absent number is -1, an absent word `same`.
using OptionValue =
    std::variant<bool*, int*, std::int64_t*, double*, std::optional<std::int64_t>*, std::optional<double>*,
                 std::string*, std::shared_ptr<WordField>, std::filesystem::path*, std::vector<std::int64_t>*,
                 std::vector<std::string>*>;

using Words = std::vector<std::string>;

/// What values an option takes: any text or switch, numbers of a range, one of a few words.
using Accepted = std::variant<std::monostate, command_line::Range, Words>;

struct OptionRow {
  std::string name;  ///< without dashes
  OptionValue value;
  Accepted accepted;
  std::string help;

  /// Of hyper-parameters: the algorithms that they concern.
  Words readers = {};
  /// --scale makes the value smaller, but not than this.
  std::optional<std::int64_t> least_scaled = {};
  /// Whether it is an attribute of every run in a results file; hyper-parameters are anyway.
  bool is_recorded = false;
  /// Whether it may be given several times.
  bool repeats = false;

  OptionRow& read_by(Words algorithms);
  OptionRow& scaled(std::int64_t least = 1);
  OptionRow& recorded();
  OptionRow& repeated();
};

struct OptionGroup {
  std::string title;  ///< in --help
  Words readers;      ///< of rows that do not say otherwise
  std::vector<OptionRow> rows = {};

  template <class T>
  OptionRow& row(const std::string& name, T& value, Accepted accepted, const std::string& help) {
    return rows.emplace_back(OptionRow{name, &value, std::move(accepted), help, readers});
  }
  /// Takes the words of the enumeration.
  template <class Enum>
  OptionRow& row(const std::string& name, Enum& value, const std::string& help) {
    const auto& words = algorithms::words<Enum>;
    const Words known(words.begin(), words.end());
    const auto set = [&value, known](const std::string& word) { value = enumerator<Enum>(known, word); };
    return add_words(name, {&value, [&value] { return algorithms::word(value); }, set}, known, help);
  }
  /// These and `same`.
  template <class Enum>
  OptionRow& row(const std::string& name, std::optional<Enum>& value, const std::string& help) {
    const auto& words = algorithms::words<Enum>;
    const Words known(words.begin(), words.end());
    Words accepted{"same"};
    accepted.insert(accepted.end(), known.begin(), known.end());
    const auto get = [&value] { return value ? algorithms::word(*value) : "same"; };
    const auto set = [&value, known](const std::string& word) {
      value = word == "same" ? std::nullopt : std::optional(enumerator<Enum>(known, word));
    };
    return add_words(name, {&value, get, set}, accepted, help);
  }

 private:
  template <class Enum>
  static Enum enumerator(const Words& known, const std::string& word) {
    return static_cast<Enum>(std::find(known.begin(), known.end(), word) - known.begin());
  }
  OptionRow& add_words(const std::string& name, const WordField& field, const Words& accepted,
                       const std::string& help) {
    return rows.emplace_back(OptionRow{name, std::make_shared<WordField>(field), accepted, help, readers});
  }
};
using OptionTable = std::vector<OptionGroup>;

/// Calls f(row) for each row.
template <class F>
void for_each(const OptionTable& table, F&& f) {
  for (const auto& group : table)
    for (const auto& row : group.rows) f(row);
}

/// Adds the options to a parser, which reads them into their values.
void add_options(CLI::App& app, const OptionTable& table);

/// The present value as TOML has it.
std::string toml_text(const OptionRow& row);

/// The present value as an attribute of a run.
record::AttributeValue attribute(const OptionRow& row);
/// Its name there.
std::string attribute_name(const OptionRow& row);

}  // namespace fedmeta::settings
