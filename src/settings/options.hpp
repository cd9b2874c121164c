// The options of fedmeta_bench in one table. Each is also a key of the --config file.
#pragma once

#include "settings/option_parsing.hpp"
#include "settings/settings.hpp"

namespace fedmeta::settings {

/// The options that --set can give one algorithm alone, with their values in `protocol`.
OptionTable hyperparameters(algorithms::Protocol& protocol);

/// Those and all others that a configuration file may hold, with their values in `settings`.
OptionTable all_options(Settings& settings);

}  // namespace fedmeta::settings
