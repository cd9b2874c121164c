// All options of fedmeta_bench in one table. Each is also a key of the --config file.
#pragma once

#include "settings/option_parsing.hpp"
#include "settings/settings.hpp"

namespace fedmeta::settings {

/// Returns the options that --set can give to a single algorithm, for all algorithms. Their values are those
/// in `shared` of the first reader that runs, or else of the first reader.
OptionTable hyperparameters(Settings& settings);

/// Returns the other options that a configuration file may contain, with values in `settings`.
OptionTable other_options(Settings& settings);

/// Returns both, in the order of --help.
OptionTable all_options(Settings& settings);

}  // namespace fedmeta::settings
