// The options of fedmeta_bench as CLI11 knows them. Each is also a key of the --config file.
#pragma once

#include "app/settings.hpp"

namespace CLI {
class App;
}  // namespace CLI

namespace fedmeta::app {

/// The options that --set can give one algorithm alone.
void add_hyperparameters(CLI::App& app, federate::Protocol& protocol);

/// Those and all others that a configuration file may hold.
void add_options(CLI::App& app, Settings& settings);

}  // namespace fedmeta::app
