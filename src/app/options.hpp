// The options of fedmeta_bench as CLI11 knows them. Each is also a key of the --config file.
#pragma once

#include <string>
#include <vector>

#include "app/settings.hpp"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace fedmeta::app {

/// The options that --set can give one algorithm alone.
void add_hyperparameters(CLI::App& app, federate::Protocol& protocol);

/// Those and all others that a configuration file may hold.
void add_options(CLI::App& app, Settings& settings);

/// Names without dashes.
std::vector<std::string> option_names(const CLI::App& app);

/// What the parser found wrong, as Error(usage) with the nearest known name. `origin` says where the option
/// stands if not by itself on the command line.
[[noreturn]] void report_usage(const CLI::App& app, const CLI::ParseError& error,
                               const std::string& origin = "");

}  // namespace fedmeta::app
