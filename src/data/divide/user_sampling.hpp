// LEAF's sampling by users: a share of all samples, as all samples of some users (LEAF, sample.py, niid).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fedmeta::data {

/// Returns the number of samples that each user keeps. Users are taken in a random order, which depends on
/// (seed, id) alone, until they have floor(share n) of all n samples. The last of them keeps as many as are
/// still missing, all others keep none. Throws Error(usage) unless 0 < share <= 1.
std::vector<std::int64_t> sample_users(std::span<const std::string> ids,
                                       std::span<const std::int64_t> samples, double share,
                                       std::uint64_t seed);

}  // namespace fedmeta::data
