// How the options of fedmeta_bench are added to CLI11, and the values they take.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <type_traits>
#include <vector>

#include "app/toml.hpp"

namespace fedmeta::app {

// A validator's complaint has two lines: what is wrong, and what to do.

/// One of a few names; others are refused with the nearest known one.
CLI::Validator one_of(const std::vector<std::string>& names);

/// A number from `least` to `most`.
CLI::Validator between(double least, double most, const std::string& description);

CLI::Validator positive();
CLI::Validator not_negative();
CLI::Validator or_as_before();  ///< -1: as something else
CLI::Validator fraction();

/// The fewest digits that read back to the same number.
std::string shortest(double value);

template <class T>
CLI::Option* option(CLI::App& app, const std::string& name, T& value, const std::string& help) {
  auto* added = app.add_option("--" + name, value, help)->capture_default_str();
  // CLI11 writes six digits; the settings in a results file are to be those that were used.
  if constexpr (std::is_same_v<T, double>) added->default_str(shortest(value));
  // What is captured from now on is for settings_toml().
  return added->default_function([&value] { return toml_value(value); });
}

CLI::Option* flag(CLI::App& app, const std::string& name, bool& value, const std::string& help);

}  // namespace fedmeta::app
