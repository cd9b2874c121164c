#include "data/stand_in/made_up_words.hpp"

#include <string_view>
#include <vector>

#include "base/random.hpp"

namespace fedmeta::data {
namespace {

constexpr std::int64_t vector_width = 300;

/// Deviations of the parts of a vector. GloVe 6B's components have about .4: here .3, .2 for the theme, .2
/// for the mood.
constexpr double own_deviation = 0.3, shared_deviation = 0.2;

constexpr std::string_view consonants = "bdfgklmnprstvz", vowels = "aeiou";

std::string syllable(std::size_t number) {
  return {consonants[number / vowels.size()], vowels[number % vowels.size()]};
}

std::vector<double> draw_direction(std::uint64_t seed, std::string_view purpose, std::uint64_t key) {
  Random random(seed, purpose, {key});
  std::vector<double> direction(vector_width);
  for (double& value : direction) value = random.normal(0, shared_deviation);
  return direction;
}

}  // namespace

WordMood mood_of(std::int32_t word) {
  const auto group = word / words_per_mood;
  if (group >= 2 * mood_themes) return {};
  return {group / 2, group % 2 == 0 ? -1 : 1};
}

std::int32_t word_with_mood(std::int32_t theme, std::int32_t mood, std::int32_t place) {
  return (2 * theme + (mood > 0 ? 1 : 0)) * words_per_mood + place;
}

std::string spelling(std::int32_t word) {
  const std::size_t syllables = consonants.size() * vowels.size();
  const auto number = static_cast<std::size_t>(word);
  return syllable(number / syllables) + syllable(number % syllables);
}

WordVectors made_up_vectors(std::uint64_t seed) {
  const auto mood_direction = draw_direction(seed, "generated sent140 mood", 0);
  std::vector<std::vector<double>> theme_direction;
  for (std::uint64_t theme = 0; theme < mood_themes; ++theme)
    theme_direction.push_back(draw_direction(seed, "generated sent140 theme", theme));

  WordVectors vectors{made_up_word_count + 2, vector_width, {}};
  vectors.values.reserve(static_cast<std::size_t>(vectors.words * vectors.width));
  for (std::int32_t word = 0; word < made_up_word_count; ++word) {
    Random random(seed, "generated sent140 word", {static_cast<std::uint64_t>(word)});
    const auto [theme, mood] = mood_of(word);
    for (std::size_t i = 0; i < vector_width; ++i) {
      double value = random.normal(0, own_deviation) + mood * mood_direction[i];
      if (theme >= 0) value += theme_direction[static_cast<std::size_t>(theme)][i];
      vectors.values.push_back(static_cast<float>(value));
    }
  }
  vectors.values.resize(static_cast<std::size_t>(vectors.words * vectors.width), 0.0F);
  return vectors;
}

}  // namespace fedmeta::data
