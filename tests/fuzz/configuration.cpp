// Configuration files, and the sections of profiles.

#include <memory>

#include "command_line/command_line.hpp"
#include "fuzz/options.hpp"
#include "fuzz/target.hpp"
#include "settings/option_parsing.hpp"
#include "settings/toml.hpp"

namespace fedmeta::fuzz {
namespace {

/// Returns the values that a configuration gives, as TOML.
std::string values_in(std::string_view bytes) {
  Options options;
  const auto table = options.table();
  CLI::App app;
  app.set_config("--config");
  app.config_formatter(std::make_shared<settings::TomlConfig>(app));
  app.allow_config_extras(CLI::config_extras_mode::error);
  settings::add_options(app, table);
  const auto file = file_of(bytes).string();
  const std::array arguments{"fuzz", "--config", file.c_str()};
  command_line::parse_arguments(app, static_cast<int>(arguments.size()), arguments.data());
  std::string values;
  settings::for_each(table, [&](const settings::OptionRow& row) {
    values += row.name + " = " + settings::toml_text(row) + "\n";
  });
  return values;
}

}  // namespace

int configuration(std::string_view bytes) {
  const bool is_profile = accepts([&] { settings::toml_sections(bytes, "profile"); });
  std::string values;
  const bool is_configuration = accepts([&] { values = values_in(bytes); });
  // What was read is written so that it reads back, but for empty values, which nobody can give.
  const bool has_empty = values.find("[]") != std::string::npos || values.find("\"\"") != std::string::npos;
  if (is_configuration && !has_empty) {
    const auto again = values_in(values);
    require(again == values, "read back otherwise:\n" + values + "but:\n" + again);
  }
  return is_profile + is_configuration;
}

}  // namespace fedmeta::fuzz
