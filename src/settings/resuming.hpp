// What the settings say of checkpoints, and which of them a run that goes on may change.
#pragma once

#include <string>

#include "settings/settings.hpp"

namespace fedmeta::settings {

/// How often a checkpoint is written. Both are 0 where it is never due.
struct CheckpointPeriod {
  std::int64_t rounds = 0;
  double seconds = 0;
};

/// Throws Error(usage) where the option is neither a number of rounds nor of minutes.
CheckpointPeriod checkpoint_period(const Settings& settings);

/// Throws Error(usage), naming the first difference, where a run that was begun with `before` (TOML) cannot
/// go on with `now`. Left out is what changes no result: outputs, progress, the path of the data, which are
/// compared themselves, and where sums are native, threads and device. The numbers of rounds are left out,
/// too: the stages tell.
void check_same_settings(const std::string& before, const Settings& now);

}  // namespace fedmeta::settings
