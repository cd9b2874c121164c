#include "app/option_kinds.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "app/nearest.hpp"

namespace fedmeta::app {

CLI::Validator one_of(const std::vector<std::string>& names) {
  std::string description;
  for (const auto& name : names) description += (description.empty() ? "" : "|") + name;
  const auto check = [names](const std::string& value) -> std::string {
    const bool known = std::find(names.begin(), names.end(), value) != names.end();
    return known ? "" : "unknown value " + value + '\n' + did_you_mean(value, names);
  };
  return CLI::Validator(check, description);
}

CLI::Validator between(double least, double most, const std::string& description) {
  const auto check = [=](const std::string& text) -> std::string {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    const bool number = !text.empty() && *end == '\0';
    return number && value >= least && value <= most ? ""
                                                     : "impossible value " + text + "\nuse " + description;
  };
  return CLI::Validator(check, "");
}

CLI::Validator positive() {
  return between(1, 1e9, "a whole number from 1 to a billion");
}
CLI::Validator not_negative() {
  return between(0, 1e9, "a number from 0 to a billion");
}
CLI::Validator or_as_before() {
  return between(-1, 1e9, "a number from 0 to a billion, or -1");
}
CLI::Validator fraction() {
  return between(0, 1, "a number from 0 to 1");
}

std::string shortest(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

CLI::Option* flag(CLI::App& app, const std::string& name, bool& value, const std::string& help) {
  // Not captured here, so that --help does not show it.
  return app.add_flag("--" + name, value, help)->default_function([&value] { return toml_value(value); });
}

}  // namespace fedmeta::app
