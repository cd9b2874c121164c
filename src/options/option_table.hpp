// Rows in groups, as --help lists them.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "options/option_row.hpp"
#include "options/words.hpp"

namespace fedmeta::options {

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
    const auto& words = options::words<Enum>;
    const Words known(words.begin(), words.end());
    const auto set = [&value, known](const std::string& word) { value = enumerator<Enum>(known, word); };
    return add_words(name, {&value, [&value] { return options::word(value); }, set}, known, help);
  }
  /// These and `same`.
  template <class Enum>
  OptionRow& row(const std::string& name, std::optional<Enum>& value, const std::string& help) {
    const auto& words = options::words<Enum>;
    const Words known(words.begin(), words.end());
    Words accepted{"same"};
    accepted.insert(accepted.end(), known.begin(), known.end());
    const auto get = [&value] { return value ? options::word(*value) : "same"; };
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

/// Adds to `all` what it lacks of `more`, groups by their titles and rows by their names, each before the
/// next one in `more` that `all` has, or else behind the one before. A row that both have keeps its field,
/// and its readers are those of both.
void join(OptionTable& all, const OptionTable& more);

/// Null where there is none of this name.
const OptionRow* find(const OptionTable& table, const std::string& name);

/// Gives an option a value of its type, of words the text, within what it accepts or not. Throws
/// std::logic_error where it has another type.
void assign(const OptionRow& row, const std::variant<bool, std::int64_t, double, std::string>& value);

/// Calls f(row) for each row.
template <class F>
void for_each(const OptionTable& table, F&& f) {
  for (const auto& group : table)
    for (const auto& row : group.rows) f(row);
}

}  // namespace fedmeta::options
