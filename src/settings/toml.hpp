// Settings as TOML: how a value is written, and how a file is read for CLI11.
#pragma once

#include <CLI/CLI.hpp>

#include <concepts>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace fedmeta::settings {

/// A value as TOML has it.
std::string toml_value(const std::string& text);
/// The fewest digits that read back to the same bits.
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

/// A key and its value, or a list's, as a command line would have them.
struct TomlItem {
  std::string key;
  std::vector<std::string> values;
};

struct TomlSection {
  std::string name;
  std::vector<TomlItem> items;
};

/// The sections of a text, and what is in them, in its order. Throws Error(usage), which names `file`, for
/// what is not TOML, and for what is in no section.
std::vector<TomlSection> toml_sections(std::string_view text, const std::string& file);

/// Reads the --config file of `app`. CLI11's own reader takes a # or a comma within quotes for the end of a
/// value, knows no escapes and refuses nothing.
class TomlConfig final : public CLI::Config {
 public:
  explicit TomlConfig(const CLI::App& app) : app_(app) {}

  /// Throws Error(usage) that names file and line for what is not TOML, for sections, and for text without
  /// quotes.
  std::vector<CLI::ConfigItem> from_config(std::istream& in) const override;
  /// Nothing: settings_toml() writes.
  std::string to_config(const CLI::App*, bool, bool, std::string) const override { return {}; }

 private:
  const CLI::App& app_;
};

}  // namespace fedmeta::settings
