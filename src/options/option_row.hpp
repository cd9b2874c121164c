// One row of the table of options. The command line, --set, the --config file, --scale, the attributes of
// results files and the table in docs/algorithms.md go by the rows alone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "options/range.hpp"

namespace fedmeta::options {

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
using Accepted = std::variant<std::monostate, Range, Words>;

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

  OptionRow& read_by(Words algorithms) {
    readers = std::move(algorithms);
    return *this;
  }
  OptionRow& scaled(std::int64_t least = 1) {
    least_scaled = least;
    return *this;
  }
  OptionRow& recorded() {
    is_recorded = true;
    return *this;
  }
  OptionRow& repeated() {
    repeats = true;
    return *this;
  }
};

}  // namespace fedmeta::options
