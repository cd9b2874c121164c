#include "data/stand_in/generated_sent140.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "data/sets/glove.hpp"
#include "data/sets/sent140.hpp"

namespace fedmeta::data {
namespace {

/// The random stream of an author's number of tweets and then of the tweets.
constexpr std::string_view tweets_stream = "generated sent140 tweets";

constexpr double irony = 0.25;        ///< share of themes whose words an author means the other way round
constexpr double mood_share = 0.2;    ///< share of words with a mood
constexpr double consistency = 0.85;  ///< share of these that mean the tweet's mood
/// Length of tweets; those of Sent140 have about 15 tokens.
constexpr double mean_length = 15, length_deviation = 6;

std::int64_t draw_length(Random& random) {
  return std::clamp<std::int64_t>(std::llround(random.normal(mean_length, length_deviation)), 3,
                                  tweet_tokens);
}

/// Draws a neutral word: few words are frequent and many are rare, rank r with a density of 1/r (Zipf).
std::int32_t draw_neutral(Random& random) {
  const std::int32_t first = 2 * mood_themes * words_per_mood;
  const double count = made_up_word_count - first;
  return first + static_cast<std::int32_t>(std::pow(count, random.uniform()) - 1);
}

std::int32_t draw_moody(const TweetHabits& habits, bool positive, Random& random) {
  const auto theme = static_cast<std::int32_t>(
      std::upper_bound(habits.theme_favour.begin(), habits.theme_favour.end() - 1, random.uniform()) -
      habits.theme_favour.begin());
  const bool meant = random.uniform() < consistency ? positive : !positive;
  const bool said = meant != habits.ironic[static_cast<std::size_t>(theme)];
  const auto place = static_cast<std::int32_t>(random.below(words_per_mood));
  return word_with_mood(theme, said ? 1 : -1, place);
}

void add_tweet(const TweetHabits& habits, bool positive, Random& random, Indices& tokens) {
  const auto end = tokens.size() + tweet_tokens;
  for (auto left = draw_length(random); left > 0; --left)
    tokens.push_back(random.uniform() < mood_share ? draw_moody(habits, positive, random)
                                                   : draw_neutral(random));
  tokens.resize(end, padding_row(made_up_word_count + 2));
}

}  // namespace

GeneratedSent140::GeneratedSent140(const GeneratedSize& size, std::uint64_t seed) : size_(size), seed_(seed) {
  check_size(size, "generated sent140");
}

std::string GeneratedSent140::id(std::int64_t index) const {
  return numbered_id("g", index, size_.clients);
}

TweetHabits GeneratedSent140::habits(std::int64_t index) const {
  Random random(seed_, "generated sent140 habits", {client_key(index)});
  TweetHabits habits{random.uniform(0.2, 0.8), {}, {}};
  for (bool& ironic : habits.ironic) ironic = random.uniform() < irony;
  // Squared exponential variates, which give a few favourite themes.
  double total = 0;
  for (double& favour : habits.theme_favour) favour = total += std::pow(std::log1p(-random.uniform()), 2);
  for (double& favour : habits.theme_favour) favour /= total;
  return habits;
}

std::int64_t GeneratedSent140::samples(std::int64_t index) const {
  Random random(seed_, tweets_stream, {client_key(index)});
  return draw_samples(size_, random);
}

Client GeneratedSent140::client(std::int64_t index) const {
  const TweetHabits own = habits(index);
  Random random(seed_, tweets_stream, {client_key(index)});
  const auto samples = draw_samples(size_, random);
  Client client{id(index), Indices(), {}};
  auto& tokens = std::get<Indices>(client.features);
  for (std::int64_t i = 0; i < samples; ++i) {
    const bool positive = random.uniform() < own.positives;
    add_tweet(own, positive, random, tokens);
    client.labels.push_back(positive ? 1 : 0);
  }
  return client;
}

LeafText tweet_text() {
  const auto sample = [](const Client& client, std::size_t row) {
    std::string text;
    const auto* token = std::get<Indices>(client.features).data() + row * tweet_tokens;
    for (std::int64_t i = 0; i < tweet_tokens && token[i] < made_up_word_count; ++i)
      text.append(i > 0 ? " " : "").append(spelling(token[i]));
    const std::vector<std::string> fields = {std::to_string(row), "",   "NO_QUERY",
                                             client.id,           text, "training"};
    return json_list(fields, [](const std::string& field) { return '"' + field + '"'; });
  };
  const auto label = [](const Client& client, std::size_t row) { return std::to_string(client.labels[row]); };
  return {sample, label};
}

}  // namespace fedmeta::data
