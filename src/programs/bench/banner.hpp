// The text that a run prints before it starts.
#pragma once

#include <string>

#include "hosting/catalogue.hpp"
#include "model/network.hpp"
#include "programs/bench/machine.hpp"
#include "programs/bench/terminal.hpp"
#include "record/results.hpp"
#include "settings/settings.hpp"

namespace fedmeta::programs {

// Lines are at most `columns` wide; 0 = any length.

/// Returns the version, the libraries, a line per rank, and the note on their threads, if any.
std::string banner(const record::Header& header, const record::System& system, const Prepared& prepared,
                   int columns = terminal_columns());

/// Returns the resolved settings, the network, what runs start from unless that is "", and the data set.
std::string settings_table(const settings::Settings& settings, const hosting::Catalogue& catalogue,
                           const model::Network& network, const std::string& start,
                           int columns = terminal_columns());

}  // namespace fedmeta::programs
