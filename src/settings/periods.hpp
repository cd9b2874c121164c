// Options that are spans of time.
#pragma once

#include "settings/settings.hpp"

namespace fedmeta::settings {

/// How often a checkpoint is written. Both are 0 where it is never due.
struct CheckpointPeriod {
  std::int64_t rounds = 0;
  double seconds = 0;
};

/// Throws Error(usage) where the option is neither a number of rounds nor of minutes.
CheckpointPeriod checkpoint_period(const Settings& settings);

/// Returns the seconds that a rank may keep the others waiting until it is named; 0 = for ever. Throws
/// Error(usage) where the option is not a number of seconds or minutes.
std::int64_t stall_limit(const Settings& settings);

}  // namespace fedmeta::settings
