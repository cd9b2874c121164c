// What a run says before it starts.
#pragma once

#include <string>

#include "app/settings.hpp"
#include "app/terminal.hpp"
#include "federate/catalogue.hpp"
#include "model/network.hpp"
#include "record/results.hpp"

namespace fedmeta::app {

// Lines have at most `columns`; 0 = any length.

/// Version, libraries, a line for each rank, and the note on its threads, if any.
std::string banner(const record::Header& header, const record::System& system, const std::string& note,
                   int columns = terminal_columns());

/// The resolved settings, the network and the data set.
std::string settings_table(const Settings& settings, const federate::Catalogue& catalogue,
                           const model::Network& network, int columns = terminal_columns());

}  // namespace fedmeta::app
