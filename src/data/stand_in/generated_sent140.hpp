// A stand-in for Sent140 that needs no download: made-up words, written by authors who mean different things
// by them. docs/data.md explains it.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "data/client.hpp"
#include "data/leaf/leaf_text.hpp"
#include "data/stand_in/generated_size.hpp"
#include "data/stand_in/made_up_words.hpp"

namespace fedmeta::data {

/// The habits of an author.
struct TweetHabits {
  double positives;                                ///< share of positive tweets
  std::array<bool, mood_themes> ironic;            ///< themes whose words mean the opposite
  std::array<double, mood_themes> theme_favour{};  ///< cumulative, up to 1
};

/// Draws each author from (seed, index) alone, so that any rank can make any client.
class GeneratedSent140 {
 public:
  GeneratedSent140(const GeneratedSize& size, std::uint64_t seed);

  std::int64_t clients() const { return size_.clients; }
  /// Ids sort in the order of their indices.
  std::string id(std::int64_t index) const;
  std::int64_t samples(std::int64_t index) const;
  /// Returns a client with Indices [n, 25] of made_up_vectors, padded on the right.
  Client client(std::int64_t index) const;
  TweetHabits habits(std::int64_t index) const;

 private:
  GeneratedSize size_;
  std::uint64_t seed_;
};

/// Writes generated tweets as LEAF's six strings [id, date, query, user, text, flag].
LeafText tweet_text();

}  // namespace fedmeta::data
