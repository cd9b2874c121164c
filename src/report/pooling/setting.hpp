// What runs must share to be compared: the data, and the accuracy that is to be reached.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "record/results.hpp"

namespace fedmeta::report {

struct Setting {
  std::string dataset, source, division;
  double support_fraction = 0;
  std::optional<double> target;  ///< target accuracy, if the file has it
  std::vector<std::pair<std::string, record::AttributeValue>> variants;  ///< options of the data set
  /// Absent where runs of several data seeds are pooled: their clients have other roles and divisions.
  std::optional<std::int64_t> data_seed;
  std::optional<std::uint64_t> clients;  ///< fingerprint of names, roles, samples and support
  std::size_t client_count = 0;          ///< likewise absent: 0

  bool operator==(const Setting&) const = default;
};

/// `fingerprint`: of the file's clients.
Setting setting_of(const record::Run& run, const record::Results& file, std::uint64_t fingerprint,
                   bool pool_data_seeds);

/// Returns whether a run's attribute belongs to the setting, so that it does not tell methods apart.
bool is_of_the_setting(const std::string& attribute, const std::string& dataset);

/// Returns the data set as people write it, and whether it was generated: "FEMNIST (generated)".
std::string data_title(const Setting& setting);

/// Returns a title for each setting, such as "FEMNIST, 275 writers, 20% support" or "FEMNIST (generated),
/// ...". What else tells settings of the same title apart follows: ", digits true".
std::vector<std::string> titles(const std::vector<Setting>& settings);

/// Returns the option of an attribute: "inner-lr" of "inner_lr".
std::string option_name(std::string attribute);

/// Returns an attribute's value as text.
std::string text_of(const record::AttributeValue& value);

}  // namespace fedmeta::report
