// The production task's baselines that need no gradients (Chen et al. 2018, section 4.3; docs/protocols.md
// 5.2): each user by itself, from its support set alone.
#pragma once

#include <cstdint>
#include <span>

namespace fedmeta::data {

/// One user's records in the order of time, with what encode_uses made of them.
struct UseHistory {
  std::span<const std::int32_t> indices;  ///< [n, 7] or [n, 9]
  std::span<const std::int32_t> labels;   ///< [n]
};

/// Rows of a history.
struct UseRows {
  std::span<const std::int32_t> support, query;
};

/// How often the service used was the first choice, and among the first four, of `records`.
struct Hits {
  std::int64_t top1 = 0, top4 = 0, records = 0;

  Hits& operator+=(const Hits& more);
};

/// The most frequently used: services by their number of support records, ties by label.
Hits most_frequently_used(const UseHistory& history, const UseRows& rows);

/// What the four choices of most_recently_used are.
enum class Recent : std::uint8_t {
  records,   ///< services of the last 4 records, as the paper's figures suggest (docs/protocols.md A27)
  services,  ///< the last 4 distinct services
};

/// The most recently used: looks at all rows of the history before the queried one, in the query set too.
/// A history that begins with the support set serves, where that has 4 records or more.
Hits most_recently_used(const UseHistory& history, const UseRows& rows, Recent recent = Recent::records);

/// Naive Bayes on the 7 categorical features, each P(value | service) with Laplace's +1; services and their
/// probabilities as in the support set. A feature that is not known (-1) is passed over.
Hits naive_bayes(const UseHistory& history, const UseRows& rows);

}  // namespace fedmeta::data
