// fedmeta_data inspect: the statistics of a data set as papers print them.
#pragma once

#include <filesystem>

#include "programs/data/source.hpp"

namespace fedmeta::programs {

struct InspectOptions {
  DataSourcePlan source;
  std::filesystem::path histogram;  ///< empty: none
  bool force = false;
};

/// Prints Table 1's statistics of all clients, without any filter, and draws samples per client.
void inspect(const InspectOptions& options);

}  // namespace fedmeta::programs
