#include "data/stand_in/generated_shakespeare.hpp"

#include <array>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "data/sets/shakespeare.hpp"

namespace fedmeta::data {
namespace {

/// Ends of sentences and their frequencies in the language.
constexpr std::array<std::string_view, 5> sentence_ends = {".", "?", "!", ";", ":"};
constexpr std::array<double, sentence_ends.size()> end_weights = {6, 1.5, 1.5, 1.5, 0.5};
constexpr std::size_t own_names = 4;

std::string capitalised(std::string word) {
  if (word[0] >= 'a' && word[0] <= 'z') word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

/// Returns the weight for one role. `spread` is the standard deviation of its logarithm.
double own_weight(double weight, double spread, Random& random) {
  return weight * std::exp(spread * random.normal());
}

/// Words of one kind, some of which are favourites of the role.
WeightedChoice own_words(const std::vector<std::string>& words, double spread, Random& random) {
  std::vector<double> weights;
  for (std::size_t rank = 0; rank < words.size(); ++rank)
    weights.push_back(own_weight(zipf_weight(rank), spread, random));
  return WeightedChoice(std::move(weights));
}

WeightedChoice own_ends(Random& random) {
  std::vector<double> weights(end_weights.begin(), end_weights.end());
  for (double& weight : weights) weight = own_weight(weight, 1, random);
  return WeightedChoice(std::move(weights));
}

std::vector<std::string> draw_names(Random& random) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < own_names; ++i) names.push_back(capitalised(make_word(2, random)));
  return names;
}

/// The way in which one role speaks, drawn once.
class Voice {
 public:
  Voice(const Language& language, Random& random)
      : language_(language),
        words_{own_words(language[0], 0.7, random), own_words(language[1], 1.5, random),
               own_words(language[2], 1.5, random)},
        ends_(own_ends(random)),
        names_(draw_names(random)),
        words_a_sentence_(random.uniform(4, 16)),
        words_a_line_(random.uniform() < 0.6 ? 6 + random.below(4) : 0),
        comma_(random.uniform(0.02, 0.25)),
        address_(random.uniform(0, 0.4)),
        elision_(random.uniform() < 0.4 ? random.uniform(0.1, 0.5) : 0),
        capital_nouns_(random.uniform() < 0.15) {}

  std::string speak(std::size_t length, Random& random) const {
    std::string text;
    std::size_t words = 0;
    while (text.size() < length) add_sentence(text, words, random);
    text.resize(length);
    return text;
  }

 private:
  /// Appends a sentence. `words` counts the words of the whole speech, since lines of verse begin with a
  /// capital even within a sentence.
  void add_sentence(std::string& text, std::size_t& words, Random& random) const {
    const bool addresses = random.uniform() < address_;
    if (addresses) text.append(names_[random.below(own_names)]).append(", ");
    const auto length = 2 + static_cast<std::size_t>(-words_a_sentence_ * std::log(1 - random.uniform()));
    for (std::size_t i = 0; i < length; ++i, ++words) {
      const bool begins = (i == 0 && !addresses) || (words_a_line_ > 0 && words % words_a_line_ == 0);
      const std::string word = draw_word(static_cast<WordKind>(i % word_kinds), random);
      text.append(begins ? capitalised(word) : word);
      if (i + 1 < length) text.append(random.uniform() < comma_ ? ", " : " ");
    }
    text.append(sentence_ends[ends_.draw(random)]).append(" ");
  }
  std::string draw_word(WordKind kind, Random& random) const {
    const auto k = static_cast<std::size_t>(kind);
    std::string word = language_[k][words_[k].draw(random)];
    // As in 'tis and 'gainst.
    if (kind == WordKind::particle && word.size() > 2 && random.uniform() < elision_) word[0] = '\'';
    return kind == WordKind::noun && capital_nouns_ ? capitalised(std::move(word)) : word;
  }

  const Language& language_;
  std::array<WeightedChoice, word_kinds> words_;
  WeightedChoice ends_;
  std::vector<std::string> names_;  ///< names of those to whom the role speaks
  double words_a_sentence_;
  std::size_t words_a_line_;  ///< words per line of verse; 0: prose
  double comma_;              ///< probability of a comma after a word
  double address_;            ///< probability that a sentence begins with a name
  double elision_;            ///< probability that a particle loses its first letter
  bool capital_nouns_;
};

}  // namespace

GeneratedShakespeare::GeneratedShakespeare(const GeneratedSize& size, std::uint64_t seed)
    : size_(size), seed_(seed), language_(make_language(seed)) {
  check_size(size, "generated shakespeare");
}

std::string GeneratedShakespeare::id(std::int64_t index) const {
  return numbered_id("role_", index, size_.clients);
}

std::int64_t GeneratedShakespeare::samples(std::int64_t index) const {
  Random of_size(seed_, "generated shakespeare size", {client_key(index)});
  return draw_samples(size_, of_size);
}

std::string GeneratedShakespeare::speech(std::int64_t index) const {
  Random of_voice(seed_, "generated shakespeare voice", {client_key(index)});
  Random of_text(seed_, "generated shakespeare text", {client_key(index)});
  return Voice(language_, of_voice).speak(static_cast<std::size_t>(samples(index)) + window_width, of_text);
}

}  // namespace fedmeta::data
