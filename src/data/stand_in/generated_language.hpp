// A made-up language for generated texts, whose words consist of syllables. Common words are short.
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

/// Kinds of words, in their order within a clause.
enum class WordKind : std::uint8_t { particle, noun, verb };
constexpr std::size_t word_kinds = 3;

/// Distinct words of each kind, the most frequent first.
using Language = std::array<std::vector<std::string>, word_kinds>;

/// Returns the language of a seed, which is the same for all speakers.
Language make_language(std::uint64_t seed);

/// Returns a new word in lower case.
std::string make_word(std::size_t syllables, Random& random);

/// Returns the relative frequency of the word of a rank (0, 1, ...) by Zipf's law.
double zipf_weight(std::size_t rank);

}  // namespace fedmeta::data
