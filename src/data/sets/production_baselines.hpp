// Baselines of the production task without gradients (Chen et al. 2018, section 4.3; docs/protocols.md 5.2).
// Each serves a single user, from its support set alone.
#pragma once

#include <cstdint>
#include <span>

namespace fedmeta::data {

/// A user's records in order of time, as encoded by encode_uses.
struct UseHistory {
  std::span<const std::int32_t> indices;  ///< [n, 7] or [n, 9]
  std::span<const std::int32_t> labels;   ///< [n]
};

/// Rows of a history.
struct UseRows {
  std::span<const std::int32_t> support, query;
};

/// Numbers of `records` whose service was the first choice, and among the first four choices.
struct Hits {
  std::int64_t top1 = 0, top4 = 0, records = 0;

  Hits& operator+=(const Hits& more);
};

/// Ranks services by their number of support records, ties by label (MFU).
Hits most_frequently_used(const UseHistory& history, const UseRows& rows);

/// The four choices of most_recently_used.
enum class Recent : std::uint8_t {
  records,   ///< services of the last 4 records, as the paper's figures suggest (docs/protocols.md A27)
  services,  ///< the last 4 distinct services
};

/// Ranks services by their last use (MRU). It sees all rows of the history before the queried one, including
/// those of the query set. The history may begin with the support set if that has at least 4 records.
Hits most_recently_used(const UseHistory& history, const UseRows& rows, Recent recent = Recent::records);

/// Ranks services by naive Bayes on the 7 categorical features, with Laplace's +1 for each P(value |
/// service). Services and their probabilities come from the support set. Unknown features (-1) are ignored.
Hits naive_bayes(const UseHistory& history, const UseRows& rows);

}  // namespace fedmeta::data
