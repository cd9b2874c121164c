// fedmeta_data inspect: prints the statistics of a data set as papers do.
#pragma once

#include <filesystem>

#include "programs/data/source.hpp"

namespace fedmeta::programs {

struct InspectOptions {
  DataSourcePlan source;
  std::filesystem::path histogram;  ///< empty: none
  bool force = false;
};

/// Prints Table 1's statistics of all clients, unfiltered, and draws the histogram of samples per client if
/// wanted.
void inspect(const InspectOptions& options);

}  // namespace fedmeta::programs
