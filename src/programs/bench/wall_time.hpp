// --dry-run's wall time of a whole run, which a batch system asks for.
#pragma once

#include <functional>
#include <string>

#include "federate/federation.hpp"
#include "settings/settings.hpp"

namespace fedmeta::programs {

/// Returns the predicted seconds of a method's rounds, for one seed.
using RoundSeconds = std::function<double(const std::string& method)>;

struct WallTime {
  std::string table;      ///< all trainings and seeds: rounds, evaluations; the time to ask for
  std::string predicted;  ///< the line "PREDICTED run.wall_seconds = N s"
};

/// Collective; valid at the root. `theta` [P] is on the CPU. Neither reading the data nor the checks at the
/// start are among it.
WallTime wall_time(const settings::Settings& settings, const hosting::Catalogue& catalogue,
                   const federate::Federation& trial, const at::Tensor& theta,
                   const RoundSeconds& round_seconds);

}  // namespace fedmeta::programs
