// The words of generated Sent140: spellings, moods and vectors.
#pragma once

#include <cstdint>
#include <string>

#include "data/dataset.hpp"

namespace fedmeta::data {

inline constexpr std::int32_t made_up_word_count = 3000;
inline constexpr std::int32_t mood_themes = 12;
inline constexpr std::int32_t words_per_mood = 25;  ///< words of one theme and one mood

/// The meaning of a word. The first 2 x 12 x 25 words have a mood and a theme; the others are neutral.
struct WordMood {
  std::int32_t theme = -1;  ///< 0 .. 11; -1 for neutral words
  std::int32_t mood = 0;    ///< -1 negative, 0 neutral, 1 positive
};
WordMood mood_of(std::int32_t word);
/// Returns the word number `place` (< words_per_mood) of a theme and a mood of -1 or 1.
std::int32_t word_with_mood(std::int32_t theme, std::int32_t mood, std::int32_t place);

/// Returns the spelling of a word in 0 .. 2999: two syllables in lower case, different for every word.
std::string spelling(std::int32_t word);

/// Returns vectors [3000 + 2, 300] with the scale of GloVe's. All words of a theme share a direction, and so
/// do all words of a mood, so that a network can generalise from some words to others. The last two rows are
/// zero (unknown, padding), as in read_glove.
WordVectors made_up_vectors(std::uint64_t seed);

}  // namespace fedmeta::data
