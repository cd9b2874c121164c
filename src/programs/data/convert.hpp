// fedmeta_data convert: writes any data set as one compact data file.
#pragma once

#include <cstdint>
#include <filesystem>

#include "data/divide/division.hpp"
#include "programs/data/source.hpp"

namespace fedmeta::programs {

struct ConvertOptions {
  DataSourcePlan source;  ///< its seed also draws for both filters
  std::filesystem::path output;
  double sample_share = 1;  ///< LEAF's sampling by users (data/divide/user_sampling.hpp), before the filters
  data::Filters filters;
  bool force = false;
};

/// Joins each user's parts, applies the filters, and writes the clients sorted by id.
void convert(const ConvertOptions& options);

}  // namespace fedmeta::programs
