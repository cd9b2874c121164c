// How many clients a stand-in has, and how many samples each: common to all generators.
#pragma once

#include <cstdint>
#include <string>

#include "base/random.hpp"

namespace fedmeta::data {

/// Statistics as papers print them (Chen et al. 2018, Table 1).
struct GeneratedSize {
  std::int64_t clients = 0;
  double mean_samples = 0;       ///< per client; the paper's FEMNIST: 220
  double deviation_samples = 0;  ///< the paper's FEMNIST: 90
  std::int64_t min_samples = 10;
};

/// Throws Error(usage) for sizes that no data set can have.
void check_size(const GeneratedSize& size, const std::string& dataset);

/// One client's samples: min + a log-normal with the mean and deviation that are left. So mean and deviation
/// are exact in expectation, and no client is below the minimum.
std::int64_t draw_samples(const GeneratedSize& size, Random& random);

/// PREFIX and the index, with zeros in front so that ids sort in the order of their indices.
std::string numbered_id(const std::string& prefix, std::int64_t index, std::int64_t clients);

}  // namespace fedmeta::data
