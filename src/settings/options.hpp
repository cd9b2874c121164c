// The options of fedmeta_bench in one table. Each is also a key of the --config file.
#pragma once

#include "settings/option_parsing.hpp"
#include "settings/settings.hpp"

namespace fedmeta::settings {

/// The options that --set can give one algorithm alone, those of all algorithms, with the values that
/// `shared` has of the first reader that runs, or else of the first.
OptionTable hyperparameters(Settings& settings);

/// All others that a configuration file may hold, with their values in `settings`.
OptionTable other_options(Settings& settings);

/// Both, in the order of --help.
OptionTable all_options(Settings& settings);

}  // namespace fedmeta::settings
