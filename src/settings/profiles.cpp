// Presets: what a source fixes, and what our own comparisons use. They are the TOML files of profiles/.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <sstream>

#include "base/error.hpp"
#include "command_line/command_line.hpp"
#include "command_line/nearest.hpp"
#include "data/registry.hpp"
#include "settings/options.hpp"
#include "settings/profiles.hpp"
#include "settings/toml.hpp"

namespace fedmeta::settings {
namespace {

/// Of all data sets: the first part of each profile.
const std::string common = "profiles";

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> sections_of(const std::string& file) {
  return toml_sections(profile_texts().at(file), file + ".toml");
}

/// Reads one section of a file into the options of `app`.
void read_section(CLI::App& app, const std::string& file, const std::string& section) {
  app.config_formatter(std::make_shared<TomlConfig>(app, TomlSection{file + ".toml", section}));
  std::istringstream text{std::string(profile_texts().at(file))};
  try {
    app.parse_from_stream(text);
  } catch (const CLI::ParseError& error) {
    command_line::report_usage(app, error, file + ".toml: " + section);
  }
}

/// The profile that one starts from, or "".
std::string base_of(const std::string& profile) {
  std::string base;
  CLI::App app;
  app.allow_config_extras(CLI::config_extras_mode::ignore_all);
  app.add_option("--base", base);
  read_section(app, common, profile);
  return base;
}

void read_section(Settings& s, const std::string& file, const std::string& section) {
  std::string base;
  CLI::App app;
  app.set_help_flag();
  add_options(app, all_options(s));
  app.add_option("--base", base);
  command_line::number_option(app, "generated-minimum", s.source.generated.min_samples, "",
                              options::positive);
  app.allow_config_extras(CLI::config_extras_mode::error);
  read_section(app, file, section);
}

/// The profile that it starts from, then what it says of all data sets, then of this one.
void apply(Settings& s, const std::string& profile, const std::string& dataset) {
  if (const auto base = base_of(profile); !base.empty()) apply(s, base, dataset);
  read_section(s, common, profile);
  read_section(s, dataset, profile);
}

/// Sources that used few data sets fix nothing for the others.
void require_dataset(const std::string& profile, const std::string& dataset) {
  std::vector<std::string> used;
  for (const auto& name : data::dataset_names())
    if (contains(sections_of(name), profile)) used.push_back(name);
  if (contains(used, dataset)) return;
  throw Error(Status::usage, "this source did not use this data set",
              "--profile " + profile + " with --dataset " + dataset,
              "use --dataset " + data::either_of(used));
}

}  // namespace

std::vector<std::string> profile_names() {
  static const auto names = sections_of(common);
  return names;
}

Settings profile_settings(const std::string& profile, const std::string& dataset) {
  const auto profiles = profile_names();
  if (!contains(profiles, profile))
    throw Error(Status::usage, "unknown profile", "--profile " + profile,
                command_line::did_you_mean(profile, profiles));
  const auto* known = data::find_dataset(dataset);
  if (!known)
    throw Error(Status::usage, "unknown data set", "--dataset " + dataset,
                command_line::did_you_mean(dataset, data::dataset_names()));
  require_dataset(profile, dataset);
  Settings s;
  s.source.dataset = dataset;
  if (known->stand_in) s.source.generated = known->stand_in->size;
  apply(s, profile, dataset);
  s.profile = profile;
  return s;
}

}  // namespace fedmeta::settings
