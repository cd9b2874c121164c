// The size of a stand-in and the names of its clients, for all generated data sets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.hpp"

namespace fedmeta::data {

/// The number of clients and the distribution of their numbers of samples. docs/data.md has the papers'
/// values.
struct GeneratedSize {
  std::int64_t clients = 0;
  double mean_samples = 0;       ///< the paper's FEMNIST (Table 1): 220
  double deviation_samples = 0;  ///< the paper's: 90
  std::int64_t min_samples = 10;
};

/// What a client's random streams are keyed by.
inline std::uint64_t client_key(std::int64_t index) {
  return static_cast<std::uint64_t>(index);
}

/// Throws Error(usage), which names `where`, for an impossible size or a number of clients outside 1 ..
/// 1,000,000.
void check_size(const GeneratedSize& size, const std::string& where);
void check_clients(std::int64_t clients, const std::string& where);

/// Draws a number of samples: the minimum plus a log-normal variable, chosen so that mean and deviation are
/// exact and no client is below the minimum.
std::int64_t draw_samples(const GeneratedSize& size, Random& random);

/// Returns an id such as "g0000". Ids sort in the order of their indices.
std::string numbered_id(std::string_view prefix, std::int64_t index, std::int64_t count);

}  // namespace fedmeta::data
