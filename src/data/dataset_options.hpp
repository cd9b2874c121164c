// Options that only one data set has, such as FEMNIST's --digits. Each data set declares its own.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace fedmeta::data {

/// A switch, a number that is not negative, or a text. The type is the option's.
using OptionValue = std::variant<bool, double, std::string>;

/// Where an option has a meaning besides fedmeta_bench's runs.
enum class OptionUse {
  run,       ///< nowhere else
  read,      ///< wherever files are read: `fedmeta_data inspect` and `convert`
  convert,   ///< in `fedmeta_data convert`: it chooses among the samples
  generate,  ///< in `fedmeta_data generate`: it changes the stand-in
};

struct DatasetOption {
  std::string name;   ///< without dashes
  OptionValue value;  ///< where it is not given
  std::string help;
  OptionUse use = OptionUse::run;
  std::vector<std::string> words = {};  ///< that a text may be; none: any text
  /// The value with which files of every variant can be read, if that is another.
  std::optional<OptionValue> for_any_file = {};
};

/// Values by the names of their options.
using OptionValues = std::map<std::string, OptionValue>;

/// Returns the options of all data sets with the values that they have where they are not given.
OptionValues default_options();

}  // namespace fedmeta::data
