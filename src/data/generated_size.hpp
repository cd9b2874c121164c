// How large a stand-in is, and how its clients are called: alike for every generated data set.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.hpp"

namespace fedmeta::data {

/// How many clients, and how many samples each has. The papers' values: docs/data.md.
struct GeneratedSize {
  std::int64_t clients = 0;
  double mean_samples = 0;       ///< the paper's FEMNIST (Table 1): 220
  double deviation_samples = 0;  ///< the paper's: 90
  std::int64_t min_samples = 10;
};

/// Throws Error(usage) that names `where` for a size that cannot be, and for a number of clients outside
/// 1 .. 1,000,000.
void check_size(const GeneratedSize& size, const std::string& where);
void check_clients(std::int64_t clients, const std::string& where);

/// min + a log-normal with the mean and deviation that are left: exact mean and deviation, and no client
/// below the minimum.
std::int64_t draw_samples(const GeneratedSize& size, Random& random);

/// Ids that sort in the order of their indices: "g0000", "g0001", ...
std::string numbered_id(std::string_view prefix, std::int64_t index, std::int64_t count);

}  // namespace fedmeta::data
