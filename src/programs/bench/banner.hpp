// What a run says before it starts.
#pragma once

#include <string>

#include "hosting/catalogue.hpp"
#include "model/network.hpp"
#include "programs/bench/terminal.hpp"
#include "record/results.hpp"
#include "settings/settings.hpp"

namespace fedmeta::programs {

// Lines have at most `columns`; 0 = any length.

/// Version, libraries, a line for each rank, and the note on its threads, if any.
std::string banner(const record::Header& header, const record::System& system, const std::string& note,
                   int columns = terminal_columns());

/// The resolved settings, the network and the data set.
std::string settings_table(const settings::Settings& settings, const hosting::Catalogue& catalogue,
                           const model::Network& network, int columns = terminal_columns());

}  // namespace fedmeta::programs
