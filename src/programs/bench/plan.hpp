// --dry-run: what each algorithm would compute, send and need, and how long that would take here.
#pragma once

#include <string>

#include "federate/federation.hpp"
#include "settings/settings.hpp"

namespace fedmeta::programs {

/// Collective. Measures rates on the clients of `trial`, and trains nothing. Returns the text, at the root.
/// Its last lines are, for each algorithm, "PREDICTED <algorithm>.<metric> = <value> <unit>": flops and bytes
/// (of all rounds) and seconds_per_round.
std::string plan(const settings::Settings& settings, const hosting::Catalogue& catalogue,
                 const federate::Federation& trial);

}  // namespace fedmeta::programs
