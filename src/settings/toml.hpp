// Settings as TOML: writes values, and reads files for CLI11.
#pragma once

#include <CLI/CLI.hpp>

#include <concepts>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace fedmeta::settings {

/// Returns a value as TOML.
std::string toml_value(const std::string& text);
/// Returns the fewest digits that read back to the same bits.
std::string toml_value(double number);
inline std::string toml_value(const std::filesystem::path& path) {
  return toml_value(path.string());
}
inline std::string toml_value(bool truth) {
  return truth ? "true" : "false";
}
template <std::integral T>
std::string toml_value(T number) {
  return std::to_string(number);
}
template <class T>
std::string toml_value(const std::vector<T>& values) {
  std::string list;
  for (const auto& value : values) list += (list.empty() ? "" : ", ") + toml_value(value);
  return "[" + list + "]";
}

/// A key and its value, or the values of a list, as on a command line.
struct TomlItem {
  std::string key;
  std::vector<std::string> values;
};

struct TomlSection {
  std::string name;
  std::vector<TomlItem> items;
};

/// Returns the sections of a text with their items, in order. Throws an Error(usage) that names `file` if the
/// text is not TOML or has a key outside of sections.
std::vector<TomlSection> toml_sections(std::string_view text, const std::string& file);

/// Reads the --config file of `app`. CLI11's own reader ends a value at a # or a comma within quotes, knows
/// no escapes and refuses nothing.
class TomlConfig final : public CLI::Config {
 public:
  explicit TomlConfig(const CLI::App& app) : app_(app) {}

  /// Throws an Error(usage) that names file and line if the text is not TOML, and for sections and text
  /// without quotes.
  std::vector<CLI::ConfigItem> from_config(std::istream& in) const override;
  /// Returns nothing, since settings_toml() writes the file.
  std::string to_config(const CLI::App*, bool, bool, std::string) const override { return {}; }

 private:
  const CLI::App& app_;
};

}  // namespace fedmeta::settings
