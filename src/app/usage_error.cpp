// What CLI11 found wrong, in this program's words.

#include <CLI/CLI.hpp>

#include <algorithm>

#include "app/nearest.hpp"
#include "app/options.hpp"
#include "base/error.hpp"

namespace fedmeta::app {
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

}  // namespace

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

}  // namespace fedmeta::app
