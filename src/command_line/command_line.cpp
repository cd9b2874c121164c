#include "command_line/command_line.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "command_line/nearest.hpp"

namespace fedmeta::command_line {
namespace {

/// The word after the last ": " or the last word of a message: the name that the parser stumbled over.
std::string last_word(const std::string& message) {
  const auto begin = message.find_last_of(' ');
  return begin == std::string::npos ? message : message.substr(begin + 1);
}

/// The first --option that a message names; "" where there is none.
std::string option_in(const std::string& message) {
  const auto begin = message.find("--");
  if (begin == std::string::npos) return "";
  return message.substr(begin, message.find_first_of(" :=,", begin) - begin);
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* option : app.get_options()) names.push_back(option->get_single_name());
  return names;
}

/// The command that the arguments name, where the program has commands.
const CLI::App& command_of(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? app : *commands.front();
}

/// An option takes one argument, or all up to the next option where it is a list.
bool is_list(const CLI::Option& option) {
  return option.get_items_expected_max() > 1;
}

bool has_empty_entry(std::string_view value, char delimiter) {
  if (value.empty() || delimiter == '\0') return value.empty();
  return value.front() == delimiter || value.back() == delimiter ||
         value.find(std::string(2, delimiter)) != std::string_view::npos;
}

void check_value(const CLI::Option& option, std::string_view value) {
  if (has_empty_entry(value, option.get_delimiter()))
    throw Error(Status::usage, value.empty() ? "the value is empty" : "an entry of the list is empty",
                option.get_name() + (value.empty() ? "" : " " + std::string(value)),
                "give a value, or leave the option out");
}

/// What CLI11 passes over: it takes the argument after an empty `--name=` for the value, drops empty entries
/// of lists, and joins lists that are given twice.
void check_arguments(const CLI::App& app, int argc, const char* const* argv) {
  std::set<const CLI::Option*> seen;
  const CLI::Option* takes = nullptr;  // the next argument
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (!argument.starts_with("--")) {
      if (takes) check_value(*takes, argument);
      if (takes && !is_list(*takes)) takes = nullptr;
      continue;
    }
    const auto equals = std::min(argument.find('='), argument.size());
    const auto* option = app.get_option_no_throw(std::string(argument.substr(0, equals)));
    takes = option && equals == argument.size() && option->get_items_expected_max() > 0 ? option : nullptr;
    if (!option) continue;
    const bool repeats = option->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
    if (!seen.insert(option).second && !repeats)
      throw Error(Status::usage, "an option is given twice", option->get_name(), "give it once");
    if (equals < argument.size()) check_value(*option, argument.substr(equals + 1));
  }
}

}  // namespace

void parse_arguments(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success&) {
    throw;
  } catch (const CLI::ParseError& error) {
    check_arguments(command_of(app), argc, argv);
    report_usage(command_of(app), error);
  }
  check_arguments(command_of(app), argc, argv);
}

void report_usage(const CLI::App& app, const CLI::ParseError& error, const std::string& origin) {
  const std::string message = error.what();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) || dynamic_cast<const CLI::ConfigError*>(&error)) {
    auto name = last_word(message);
    const bool key = dynamic_cast<const CLI::ConfigError*>(&error) != nullptr;
    auto bare = name.substr(std::min(name.find_first_not_of('-'), name.size()));
    bare = bare.substr(0, bare.find('='));
    const auto where = key ? name + " in " + app.get_config_ptr()->as<std::string>() : name;
    throw Error(Status::usage, key ? "unknown key" : "unknown option", where,
                std::string("did you mean ") + (key ? "" : "--") + nearest(bare, option_names(app)) +
                    "? --help lists all");
  }
  // "--option: what" by a validator of ours with its remedy in a second line, or CLI11's own words.
  const auto newline = message.find('\n');
  const auto option = option_in(message);
  const bool ours = !option.empty() && message.starts_with(option + ": ");
  const auto what = message.substr(0, newline).substr(ours ? option.size() + 2 : 0);
  const auto where = option.empty()   ? "command line"
                     : origin.empty() ? option
                                      : origin + "." + option.substr(2);
  throw Error(Status::usage, what, where,
              newline == std::string::npos ? "see --help" : message.substr(newline + 1));
}

}  // namespace fedmeta::command_line
