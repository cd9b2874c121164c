// --dry-run: what each algorithm would compute, send and need, and how long that would take here.
#pragma once

#include <string>

#include "app/settings.hpp"
#include "federate/federation.hpp"

namespace fedmeta::app {

/// Collective: rates are measured on the clients of `trial`, nothing is trained. The text is at the root. Its
/// last lines are, for each algorithm, "PREDICTED <algorithm>.<metric> = <value> <unit>": flops and bytes (of
/// all rounds) and seconds_per_round.
std::string plan(const Settings& settings, const federate::Catalogue& catalogue,
                 const federate::Federation& trial);

}  // namespace fedmeta::app
