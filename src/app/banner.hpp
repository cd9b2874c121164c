// What a run says before it starts.
#pragma once

#include <string>

#include "app/settings.hpp"
#include "federate/catalogue.hpp"
#include "model/network.hpp"
#include "record/results.hpp"

namespace fedmeta::app {

/// Version, libraries, and a line for each rank.
std::string banner(const record::Header& header, const record::System& system);

/// The resolved settings, the network and the data set.
std::string settings_table(const Settings& settings, const federate::Catalogue& catalogue,
                           const model::Network& network);

}  // namespace fedmeta::app
