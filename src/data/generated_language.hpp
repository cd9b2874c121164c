// A made-up language for generated texts: words of syllables, common ones short.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/random.hpp"

namespace fedmeta::data {

/// Draws an index with probability proportional to its weight.
class WeightedChoice {
 public:
  explicit WeightedChoice(std::vector<double> weights);
  std::size_t draw(Random& random) const;

 private:
  std::vector<double> cumulative_;
};

/// Kinds of words, in the order in which a clause has them.
enum class WordKind : std::uint8_t { particle, noun, verb };
constexpr std::size_t word_kinds = 3;

/// The words of each kind, all different, the most frequent first.
using Language = std::array<std::vector<std::string>, word_kinds>;

/// The language of a seed, the same for all who speak it.
Language make_language(std::uint64_t seed);

/// A new word in small letters.
std::string make_word(std::size_t syllables, Random& random);

/// Zipf's law: how often the word of a rank (0, 1, ...) is said.
double zipf_weight(std::size_t rank);

}  // namespace fedmeta::data
