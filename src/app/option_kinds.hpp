// How the options of fedmeta_bench are added to CLI11, and the values they take.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <type_traits>
#include <vector>

#include "app/numbers.hpp"
#include "app/toml.hpp"

namespace fedmeta::app {

// A validator's complaint has two lines: what is wrong, and what to do.

/// One of a few names; others are refused with the nearest known one.
CLI::Validator one_of(const std::vector<std::string>& names);

/// The fewest digits that read back to the same number.
std::string shortest(double value);

/// Captures the present value for --help.
template <class T>
CLI::Option* show_default(CLI::Option* added, T& value) {
  added->capture_default_str();
  // CLI11 writes six digits; the settings in a results file are to be those that were used.
  if constexpr (std::is_same_v<T, double>) added->default_str(shortest(value));
  // What is captured from now on is for settings_toml().
  return added->default_function([&value] { return toml_value(value); });
}

/// A text, or a list of them.
template <class T>
CLI::Option* option(CLI::App& app, const std::string& name, T& value, const std::string& help) {
  static_assert(!std::is_arithmetic_v<typename NumberOf<T>::type>, "a number needs a range");
  return show_default(app.add_option("--" + name, value, help), value);
}

/// A number, or a list of them.
template <class T>
CLI::Option* option(CLI::App& app, const std::string& name, T& value, const std::string& help, Range range) {
  return show_default(number_option(app, name, value, help, range), value);
}

/// true where it stands alone.
CLI::Option* flag(CLI::App& app, const std::string& name, bool& value, const std::string& help);

}  // namespace fedmeta::app
