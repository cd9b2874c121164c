// Options that only one data set has, such as FEMNIST's --digits. Each data set declares its own.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "options/option_row.hpp"

namespace fedmeta::data {

using options::Words;

/// A switch, a whole or real number, or a text.
using OptionValue = std::variant<bool, std::int64_t, double, std::string>;

/// Where an option has a meaning besides fedmeta_bench's runs.
enum class OptionUse {
  run,       ///< nowhere else
  read,      ///< wherever files are read: `fedmeta_data inspect` and `convert`
  convert,   ///< in `fedmeta_data convert`: it chooses among the samples
  generate,  ///< in `fedmeta_data generate`: it changes the stand-in
};

struct DatasetOption {
  std::string name;            ///< without dashes
  OptionValue initial;         ///< where it is not given; fixes the option's type
  options::Accepted accepted;  ///< {}: any text, or a switch
  std::string help;
  OptionUse use = OptionUse::run;
  /// The value with which files of every variant can be read, if that is another.
  std::optional<OptionValue> for_any_file = {};
};

/// Values by the names of their options.
using OptionValues = std::map<std::string, OptionValue>;

/// Returns the options of all data sets with the values that they have where they are not given.
OptionValues default_options();

}  // namespace fedmeta::data
