// LEAF's sampling by users: a share of all samples, from few users with all of theirs (LEAF, sample.py,
// niid).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fedmeta::data {

/// How many samples of each user remain. Users come by lot, which depends on (seed, id) alone, until they
/// have floor(share n) of all n samples; the last one keeps as many as are then lacking, the others none.
/// 0 < share <= 1, else Error(usage).
std::vector<std::int64_t> sample_users(std::span<const std::string> ids,
                                       std::span<const std::int64_t> samples, double share,
                                       std::uint64_t seed);

}  // namespace fedmeta::data
