#include "data/stand_in/generated_language.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>

namespace fedmeta::data {
namespace {

// Parts of a syllable, the most frequent first. Parts may be empty.
constexpr std::array<std::string_view, 24> onsets = {"t", "th", "h", "w", "s",  "m",  "b",  "d",
                                                     "f", "l",  "n", "r", "p",  "",   "sh", "c",
                                                     "g", "st", "k", "v", "br", "gr", "qu", "j"};
constexpr std::array<std::string_view, 8> vowels = {"e", "a", "o", "i", "u", "ea", "ou", "ee"};
constexpr std::array<std::string_view, 14> codas = {"",  "",   "r",  "n",  "s",  "t",  "d",
                                                    "l", "nd", "st", "ll", "ng", "rt", "x"};

template <std::size_t N>
std::string_view draw_part(const std::array<std::string_view, N>& parts, Random& random) {
  static const WeightedChoice choice = [] {
    std::vector<double> weights;
    for (std::size_t rank = 0; rank < N; ++rank) weights.push_back(zipf_weight(rank));
    return WeightedChoice(weights);
  }();
  return parts[choice.draw(random)];
}

/// Draws the ending of a word. Verbs have one, from which a model can learn what kind of word comes next.
std::string_view draw_ending(WordKind kind, Random& random) {
  constexpr std::array<std::string_view, 4> verb_endings = {"eth", "es", "ed", "ing"};
  return kind == WordKind::verb ? verb_endings[random.below(verb_endings.size())] : "";
}

std::vector<std::string> make_words(WordKind kind, std::size_t count, std::set<std::string>& known,
                                    Random& random) {
  std::vector<std::string> words;
  while (words.size() < count) {
    // Rare words are longer; particles are not.
    const auto rank = static_cast<double>(words.size());
    const bool is_long = kind != WordKind::particle && random.uniform() < rank / (rank + 30);
    std::string word = make_word(is_long ? 2 : 1, random).append(draw_ending(kind, random));
    if (known.insert(word).second) words.push_back(std::move(word));
  }
  return words;
}

}  // namespace

WeightedChoice::WeightedChoice(std::vector<double> weights) : cumulative_(std::move(weights)) {
  std::partial_sum(cumulative_.begin(), cumulative_.end(), cumulative_.begin());
}

std::size_t WeightedChoice::draw(Random& random) const {
  const double at = random.uniform() * cumulative_.back();
  return static_cast<std::size_t>(std::upper_bound(cumulative_.begin(), cumulative_.end() - 1, at) -
                                  cumulative_.begin());
}

Language make_language(std::uint64_t seed) {
  Random random(seed, "generated language");
  std::set<std::string> known;
  return {make_words(WordKind::particle, 50, known, random), make_words(WordKind::noun, 300, known, random),
          make_words(WordKind::verb, 150, known, random)};
}

std::string make_word(std::size_t syllables, Random& random) {
  std::string word;
  for (std::size_t i = 0; i < syllables; ++i)
    word.append(draw_part(onsets, random)).append(draw_part(vowels, random)).append(draw_part(codas, random));
  return word;
}

double zipf_weight(std::size_t rank) {
  return 1 / (static_cast<double>(rank) + 2);
}

}  // namespace fedmeta::data
