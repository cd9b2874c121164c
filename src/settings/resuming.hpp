// Which settings a run that goes on may change.
#pragma once

#include <string>

#include "settings/settings.hpp"

namespace fedmeta::settings {

/// Throws Error(usage), naming the first difference, where a run that was begun with `before` (TOML) cannot
/// go on with `now`. Left out is what changes no result: outputs, progress, the path of the data, which are
/// compared themselves, and where sums are native, threads and device. The numbers of rounds are left out,
/// too: the stages tell.
void check_same_settings(const std::string& before, const Settings& now);

}  // namespace fedmeta::settings
