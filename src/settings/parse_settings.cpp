// Makes settings from the command line, the configuration file and the profile.
//
// The command line takes precedence over the file, the file over --profile, and the profile over the
// defaults. The profile is therefore found first and its settings become the defaults; then everything is
// read again.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>

#include "base/error.hpp"
#include "base/input_file.hpp"
#include "base/version.hpp"
#include "command_line/command_line.hpp"
#include "command_line/nearest.hpp"
#include "data/registry.hpp"
#include "settings/options.hpp"
#include "settings/profiles.hpp"
#include "settings/toml.hpp"

namespace fedmeta::settings {
namespace {

/// Adds --config. The file is checked here, since it is opened while the command line is parsed.
void add_config(CLI::App& app, CLI::config_extras_mode unknown_keys) {
  const auto regular = [](const std::string& path) {
    check_regular_file(path, Status::usage, "give a TOML file to --config");
    return std::string();
  };
  app.set_config("--config", "", "Settings as a TOML file: every option is a key")
      ->check(CLI::Validator(regular, ""));
  app.config_formatter(std::make_shared<TomlConfig>(app));
  app.allow_config_extras(unknown_keys);
}

void add_commands(CLI::App& app, Settings& s) {
  app.set_version_flag("--version", std::string("fedmeta_bench ") + version() + " (" + git_commit() + ")");
  add_config(app, CLI::config_extras_mode::error);
  app.option_defaults()->group("General")->configurable(false);
  app.add_flag("--print-config", s.print_config, "Print the resolved settings as TOML and end");
  app.add_flag("--dry-run", s.dry_run, "Print the plan and its cost, train nothing");
  app.option_defaults()->configurable(true);
}

void parse(CLI::App& app, int argc, const char* const* argv) {
  try {
    command_line::parse_arguments(app, argc, argv);
  } catch (const CLI::CallForHelp&) {
    throw HelpWanted{app.help()};
  } catch (const CLI::CallForVersion& version) {
    throw HelpWanted{std::string(version.what()) + "\n"};
  }
}

using KeyValues = std::vector<std::pair<std::string, std::string>>;

/// Returns a parser of all options, which stores the values in `s`.
std::unique_ptr<CLI::App> make_parser(Settings& s) {
  auto app = std::make_unique<CLI::App>(
      "Benchmark of federated meta-learning over MPI. With no arguments: a quick comparison on generated "
      "data.",
      "fedmeta_bench");
  add_commands(*app, s);
  add_options(*app, all_options(s));
  return app;
}

/// Finds the profile and data set named on the command line or in the file, which determine all other
/// defaults.
Settings find_profile(int argc, const char* const* argv) {
  Settings found;
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  add_config(app, CLI::config_extras_mode::ignore_all);
  app.add_option("--profile", found.profile);
  app.add_option("--dataset", found.source.dataset);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError&) {
    return Settings{};  // the full parse below reports it
  }
  return found;
}

std::vector<std::string> names_in(const OptionTable& table) {
  std::vector<std::string> names;
  for_each(table, [&](const OptionRow& row) { names.push_back(row.name); });
  return names;
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

/// Applies KEY=VALUE pairs by the options' own rules. The method must have the keys.
void apply(algorithms::Method& method, const KeyValues& pairs, const std::string& origin) {
  if (pairs.empty()) return;
  CLI::App app;
  app.set_help_flag();
  add_options(app, method.rows());
  std::vector<std::string> arguments;
  for (const auto& [key, value] : pairs) {
    if (value.empty())
      throw Error(Status::usage, "the value is empty", origin + "." + key, "give one, or leave the key out");
    arguments.push_back("--" + key + "=" + value);
  }
  std::reverse(arguments.begin(), arguments.end());  // CLI11 expects them in reverse order
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    command_line::report_usage(app, error, origin);
  }
}

/// Applies those settings for all methods that this one reads.
void apply_to_all(algorithms::Method& method, const KeyValues& pairs) {
  const auto names = names_in(method.rows());
  KeyValues read;
  for (const auto& pair : pairs)
    if (holds(names, pair.first)) read.push_back(pair);
  apply(method, read, "");
}

/// Applies settings for this method alone. Throws Error(usage) for a key that it does not read.
void apply_to_one(algorithms::Method& method, const KeyValues& pairs, const std::string& origin) {
  const auto names = names_in(method.rows());
  for (const auto& [key, value] : pairs) {
    if (holds(names, key)) continue;
    Settings all;
    const auto known = names_in(hyperparameters(all));
    if (holds(known, key))
      throw Error(
          Status::usage, "this method does not read this key", origin + "." + key,
          names.empty() ? "leave it out: the method has none" : "see docs/algorithms.md for who reads it");
    throw Error(Status::usage, "unknown key", origin + "." + key,
                "did you mean " + command_line::nearest(key, known) + "?");
  }
  apply(method, pairs, origin);
}

/// The hyper-parameters given in one place: the profile, the file or the command line.
struct Given {
  KeyValues for_all;
  std::vector<std::string> for_one;  ///< ALGORITHM.KEY=VALUE
  std::set<std::string> names;       ///< of all options, and ALGORITHM.KEY for those of one algorithm
};

/// `app` must have parsed that place only.
Given given_hyperparameters(const CLI::App& app, const Settings& read) {
  Settings unused;
  Given given;
  for (const auto& name : names_in(hyperparameters(unused))) {
    const auto* used = app.get_option("--" + name);
    if (used->count() > 0) given.for_all.emplace_back(name, used->results().back());
  }
  given.for_one = read.set;
  for (const auto* o : app.get_options())
    if (o->count() > 0) given.names.insert(o->get_single_name());
  for (const auto& entry : read.set) {
    const auto key = entry.substr(0, entry.find('='));
    if (!given.names.insert(key).second)
      throw Error(Status::usage, "a key is set twice", "--set " + key, "give it one value");
  }
  return given;
}

/// Returns the options that --scale leaves alone. --scale makes it cheap to try any configuration: on the
/// command line it also scales the values of the file, but never values given beside it.
std::set<std::string> given_beside_scale(const Given& file, const Given& line) {
  auto names = line.names;
  if (!line.names.contains("scale")) names.insert(file.names.begin(), file.names.end());
  return names;
}

Given given_on_command_line(int argc, const char* const* argv) {
  Settings read;
  const auto app = make_parser(read);
  app->set_config();  // --config is not read, only accepted as an option
  app->add_option("--config", read.config);
  parse(*app, argc, argv);
  return given_hyperparameters(*app, read);
}

Given given_in_file(const std::string& path) {
  if (path.empty()) return {};
  Settings read;
  const auto app = make_parser(read);
  const std::array arguments{"fedmeta_bench", "--config", path.c_str()};
  parse(*app, static_cast<int>(arguments.size()), arguments.data());
  return given_hyperparameters(*app, read);
}

/// Returns the algorithms that `all` stands for. Some algorithms are for one data set only.
std::vector<std::string> all_algorithms(const std::string& dataset) {
  std::vector<std::string> names;
  for (const auto& algorithm : algorithms::descriptors())
    if (algorithm.dataset.empty() || algorithm.dataset == dataset) names.push_back(algorithm.name);
  return names;
}

/// Returns the values in a list of ALGORITHM.KEY=VALUE that concern one algorithm.
KeyValues values_for(const std::string& algorithm, const std::vector<std::string>& set) {
  KeyValues values;
  for (const auto& entry : set) {
    const auto dot = entry.find('.'), equals = entry.find('=');
    if (dot == std::string::npos || equals == std::string::npos || equals < dot)
      throw Error(Status::usage, "not of the form ALGORITHM.KEY=VALUE", "--set " + entry,
                  "write e.g. maml.inner-lr=0.01");
    const auto name = entry.substr(0, dot);
    const auto known = algorithms::algorithm_names();
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw Error(Status::usage, "unknown algorithm", "--set " + entry,
                  command_line::did_you_mean(name, known));
    if (name == algorithm)
      values.emplace_back(entry.substr(dot + 1, equals - dot - 1), entry.substr(equals + 1));
  }
  return values;
}

/// Checks all entries of --set, even those for algorithms that do not run.
void check_set(const std::vector<std::string>& set) {
  for (auto& method : algorithms::all_methods())
    apply_to_one(method, values_for(method.name(), set), "--set " + method.name());
}

void resolve_algorithms(Settings& s) {
  const auto known = algorithms::algorithm_names();
  if (s.algorithms == std::vector<std::string>{"all"}) s.algorithms = all_algorithms(s.source.dataset);
  for (auto a = s.algorithms.begin(); a != s.algorithms.end(); ++a) {
    if (std::find(known.begin(), known.end(), *a) == known.end())
      throw Error(Status::usage, "unknown algorithm", "--algorithms " + *a,
                  command_line::did_you_mean(*a, known));
    if (std::find(s.algorithms.begin(), a, *a) != a)
      throw Error(Status::usage, "an algorithm is named twice", "--algorithms " + *a, "name each once");
  }
}

/// Reads a profile as if its settings were on a command line.
Given given_in_profile(const std::string& profile, const std::string& dataset, Settings& read) {
  std::map<std::string, std::vector<std::string>> values;  // the last value of each key
  for (const auto& item : profile_items(profile, dataset)) values[item.key] = item.values;
  std::vector<std::string> arguments;
  for (const auto& [key, texts] : values)
    for (const auto& text : texts) arguments.push_back("--" + key + "=" + text);
  std::reverse(arguments.begin(), arguments.end());  // CLI11 expects them in reverse order
  const auto app = make_parser(read);
  for (const auto* list : {"--algorithms", "--seeds"})
    app->get_option(list)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  try {
    app->parse(arguments);
  } catch (const CLI::ParseError& error) {
    command_line::report_usage(*app, error, "profile " + profile);
  }
  return given_hyperparameters(*app, read);
}

/// Returns the methods that run, with the settings of these places; later places take precedence.
std::vector<algorithms::Method> resolved_methods(const Settings& s, const std::vector<Given>& places) {
  std::vector<algorithms::Method> methods;
  for (const auto& name : s.algorithms) {
    auto& method = methods.emplace_back(name);
    for (const auto& given : places) {
      apply_to_all(method, given.for_all);
      apply_to_one(method, values_for(name, given.for_one), "--set " + name);
    }
  }
  return methods;
}

Settings profile_settings(const std::string& profile, const std::string& dataset, Given& given) {
  Settings s;
  if (const auto& stand_in = data::dataset_named(dataset).stand_in) s.source.generated = stand_in->size;
  given = given_in_profile(profile, dataset, s);
  s.profile = profile;
  s.source.dataset = dataset;
  for (auto& method : s.shared) {
    method = algorithms::Method(method.name());
    apply_to_all(method, given.for_all);
  }
  return s;
}

}  // namespace

Settings profile_settings(const std::string& profile, const std::string& dataset) {
  Given given;
  auto s = profile_settings(profile, dataset, given);
  s.methods = resolved_methods(s, {given});
  return s;
}

Settings parse_settings(int argc, const char* const* argv) {
  const auto wanted = find_profile(argc, argv);
  Given profile;
  auto s = profile_settings(wanted.profile, wanted.source.dataset, profile);
  const auto app = make_parser(s);
  parse(*app, argc, argv);
  resolve_algorithms(s);
  const auto file = given_in_file(app->get_config_ptr()->as<std::string>());
  const auto line = given_on_command_line(argc, argv);
  s.given = given_beside_scale(file, line);
  for (const auto& given : {file, line}) {
    check_set(given.for_one);
    for (auto& method : s.shared) apply_to_all(method, given.for_all);
  }
  s.methods = resolved_methods(s, {profile, file, line});
  check_settings(s);
  return s;
}

}  // namespace fedmeta::settings
