#include "app/option_kinds.hpp"

#include <algorithm>
#include <array>
#include <charconv>

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

std::string shortest(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

CLI::Option* flag(CLI::App& app, const std::string& name, bool& value, const std::string& help) {
  const auto check = [](const std::string& text) -> std::string {
    return text == "true" || text == "false" ? "" : "impossible value " + text + "\nuse true or false";
  };
  // Not captured here, so that --help does not show it.
  return app.add_flag("--" + name, value, help)->check(CLI::Validator(check, ""))->default_function([&value] {
    return toml_value(value);
  });
}

}  // namespace fedmeta::app
