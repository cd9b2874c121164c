// Settings as TOML: how a value is written, and how a file is read for CLI11.
#pragma once

#include <CLI/CLI.hpp>

#include <concepts>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

/// One section of a TOML file.
struct TomlSection {
  std::string file;  ///< for messages
  std::string section;
};

/// Reads settings for CLI11, by which a --config file, too, is read. CLI11's own reader takes a # or a comma
/// within quotes for the end of a value, knows no escapes and refuses nothing.
class TomlConfig final : public CLI::Config {
 public:
  /// Reads the --config file of `app`, which has no sections.
  explicit TomlConfig(const CLI::App& app) : app_(app) {}
  /// Reads one section, and nothing where the text has no such section.
  TomlConfig(const CLI::App& app, TomlSection part) : app_(app), part_(std::move(part)) {}

  /// Throws Error(usage) that names file and line for what is not TOML, for sections where there are none,
  /// and for text without quotes.
  std::vector<CLI::ConfigItem> from_config(std::istream& in) const override;
  /// Nothing: settings_toml() writes.
  std::string to_config(const CLI::App*, bool, bool, std::string) const override { return {}; }

 private:
  const CLI::App& app_;
  std::optional<TomlSection> part_;
};

/// Returns the names of the sections of a TOML text, in their order. Throws Error(usage) for what is not TOML
/// and for keys outside of all sections.
std::vector<std::string> toml_sections(std::string_view text, const std::string& file);

}  // namespace fedmeta::settings
