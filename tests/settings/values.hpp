// Values of the options of one method, as tests read them.
#pragma once

#include <cstdlib>
#include <string>
#include <tuple>
#include <vector>

#include "settings/options.hpp"

namespace fedmeta::settings {

class Values {
 public:
  /// Of a method that runs, or else of what is said to all.
  Values(const Settings& settings, const std::string& name) : method_(name) {
    for (const auto* methods : {&settings.shared, &settings.methods})
      for (const auto& method : *methods)
        if (method.name() == name) method_ = method;
  }
  /// Of the first method that runs.
  explicit Values(const Settings& settings) : Values(settings, settings.algorithms.front()) {}

  double operator[](const std::string& option) const { return std::strtod(text(option).c_str(), nullptr); }
  /// Of a switch, too: true or false.
  std::string word(const std::string& option) const {
    auto word = text(option);
    std::erase(word, '"');
    return word;
  }

 private:
  std::string text(const std::string& option) const {
    const auto rows = method_.rows();
    return toml_text(*options::find(rows, option));
  }

  mutable algorithms::Method method_;
};

/// All options of all methods that run, as texts.
inline std::vector<std::tuple<std::string, std::string, std::string>> values_of(const Settings& settings) {
  std::vector<std::tuple<std::string, std::string, std::string>> values;
  for (auto method : settings.methods)
    for_each(method.rows(),
             [&](const OptionRow& row) { values.emplace_back(method.name(), row.name, toml_text(row)); });
  return values;
}

}  // namespace fedmeta::settings
