// The generated authors: reproducible, of the asked size, and each with a meaning of its own.
#include "data/stand_in/generated_sent140.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <numeric>
#include <set>

#include "data/expect_error.hpp"
#include "data/leaf/leaf_writer.hpp"
#include "data/sets/glove.hpp"
#include "data/sets/sent140.hpp"
#include "data/statistics.hpp"
#include "data/temporary_folder.hpp"

namespace fedmeta::data {
namespace {

std::span<const std::int32_t> tokens(const Client& client, std::size_t sample) {
  return std::span(std::get<Indices>(client.features)).subspan(sample * 25, 25);
}

TEST(GeneratedSent140, AClientDependsOnSeedAndIndexAlone) {
  const GeneratedSent140 few({3, 45, 28, 25}, 7), many({2000, 45, 28, 25}, 7), other({3, 45, 28, 25}, 8);
  for (int index = 0; index < 3; ++index) {
    EXPECT_EQ(few.client(index).features, many.client(index).features);
    EXPECT_EQ(few.client(index).labels, many.client(index).labels);
    EXPECT_EQ(few.id(index), many.id(index));
    EXPECT_NE(few.client(index).features, other.client(index).features);
  }
  EXPECT_NE(few.client(0).features, few.client(1).features);
}

TEST(GeneratedSent140, HasTable1sSizes) {
  const GeneratedSent140 source(sent140_paper_size, 1);
  StatisticsCollector collector;
  for (std::int64_t index = 0; index < source.clients(); ++index) collector.add(source.client(index));
  const Statistics s = collector.result();
  EXPECT_EQ(s.clients, 3790);
  EXPECT_NEAR(s.mean, 45, 1.5);  // standard error 0.45
  EXPECT_NEAR(s.deviation, 28, 4);
  EXPECT_GE(s.fewest, 25);
  EXPECT_EQ(s.classes, 2);
  EXPECT_LE(s.most_classes, 2);
}

TEST(GeneratedSent140, TweetsArePaddedOnTheRight) {
  const auto client = GeneratedSent140({1, 500, 0, 500}, 2).client(0);
  std::set<std::ptrdiff_t> lengths;
  for (std::size_t i = 0; i < client.labels.size(); ++i) {
    const auto tweet = tokens(client, i);
    const auto end = std::find(tweet.begin(), tweet.end(), padding_row(3002));
    EXPECT_TRUE(std::all_of(tweet.begin(), end, [](auto token) { return token >= 0 && token < 3000; }));
    EXPECT_TRUE(std::all_of(end, tweet.end(), [](auto token) { return token == 3001; }));
    lengths.insert(end - tweet.begin());
  }
  EXPECT_EQ(*lengths.begin(), 3);
  EXPECT_EQ(*lengths.rbegin(), 25);
}

/// A tweet is taken as positive where its moods, each by its theme's sign, sum up to more than the threshold.
template <class Sign>
double accuracy(const Client& client, Sign sign) {
  double right = 0;
  for (std::size_t i = 0; i < client.labels.size(); ++i) {
    double votes = 0;
    for (const auto token : tokens(client, i)) {
      const auto [theme, mood] = mood_of(token);
      if (mood != 0) votes += mood * sign(theme);
    }
    right += votes == 0 ? 0.5 : double((votes > 0) == (client.labels[i] == 1));
  }
  return right / double(client.labels.size());
}

TEST(GeneratedSent140, AdaptingPays) {
  const GeneratedSent140 source({300, 100, 0, 100}, 3);
  double usual = 0, adapted = 0;
  for (std::int64_t index = 0; index < 300; ++index) {
    const auto client = source.client(index);
    const auto habits = source.habits(index);
    usual += accuracy(client, [](auto) { return 1; }) / 300;
    adapted += accuracy(client,
                        [&](auto theme) { return habits.ironic[static_cast<std::size_t>(theme)] ? -1 : 1; }) /
               300;
  }
  EXPECT_GT(usual, 0.62);  // there is something that all authors share
  EXPECT_LT(usual, 0.78);
  EXPECT_GT(adapted, usual + 0.1);  // and more in knowing the author
  EXPECT_LT(adapted, 0.95);
}

TEST(GeneratedSent140, AuthorsDiffer) {
  const GeneratedSent140 source({400, 45, 28, 25}, 4);
  double ironic = 0, lowest = 1, highest = 0;
  for (std::int64_t index = 0; index < 400; ++index) {
    const auto habits = source.habits(index);
    ironic += double(std::count(habits.ironic.begin(), habits.ironic.end(), true)) / (400 * mood_themes);
    lowest = std::min(lowest, habits.positives);
    highest = std::max(highest, habits.positives);
    EXPECT_NEAR(habits.theme_favour.back(), 1, 1e-12);
    EXPECT_TRUE(std::is_sorted(habits.theme_favour.begin(), habits.theme_favour.end()));
  }
  EXPECT_NEAR(ironic, 0.25, 0.03);
  EXPECT_LT(lowest, 0.25);
  EXPECT_GT(highest, 0.75);
}

TEST(MadeUpWords, AreSpeltDifferentlyAndHaveTheirMoods) {
  std::set<std::string> spellings;
  std::map<std::pair<int, int>, int> count;
  for (std::int32_t word = 0; word < made_up_word_count; ++word) {
    spellings.insert(spelling(word));
    const auto [theme, mood] = mood_of(word);
    ++count[{theme, mood}];
  }
  EXPECT_EQ(spellings.size(), 3000U);
  EXPECT_EQ(count.size(), 25U);
  EXPECT_EQ((count[{-1, 0}]), 2400);
  for (std::int32_t theme = 0; theme < mood_themes; ++theme)
    for (const std::int32_t mood : {-1, 1})
      for (const std::int32_t place : {0, 24}) {
        const auto found = mood_of(word_with_mood(theme, mood, place));
        EXPECT_EQ(found.theme, theme);
        EXPECT_EQ(found.mood, mood);
      }
}

TEST(MadeUpWords, VectorsShowThemeAndMood) {
  const auto vectors = made_up_vectors(5);
  EXPECT_EQ(vectors.values, made_up_vectors(5).values);
  EXPECT_NE(vectors.values, made_up_vectors(6).values);
  ASSERT_EQ(vectors.values.size(), 3002U * 300U);
  EXPECT_TRUE(std::all_of(vectors.values.end() - 600, vectors.values.end(), [](float v) { return v == 0; }));
  const auto product = [&](std::int32_t a, std::int32_t b) {
    const float* at = vectors.values.data();
    return std::inner_product(at + a * 300, at + a * 300 + 300, at + b * 300, 0.0);
  };
  // Expected: 300 x .04 for each direction in common, -300 x .04 for opposite moods; deviation about 3.
  EXPECT_NEAR(product(word_with_mood(2, 1, 0), word_with_mood(2, 1, 1)), 24, 12);
  EXPECT_NEAR(product(word_with_mood(2, 1, 0), word_with_mood(2, -1, 1)), 0, 12);
  EXPECT_LT(product(word_with_mood(2, 1, 0), word_with_mood(7, -1, 1)), 0);
  EXPECT_NEAR(product(2000, 2001), 0, 12);
}

TEST(GeneratedSent140, WhatIsWrittenIsReadBack) {
  const test::TemporaryFolder folder;
  DatasetPlan plan;
  plan.dataset = "sent140";
  plan.generated = {5, 30, 10, 25};
  const auto made = make_dataset(plan);
  write_leaf_folder(
      folder.path() / "out", 5, [&](auto index) { return made->generate(index); }, made->leaf_text(), 1,
      false);
  std::vector<std::string> words;
  for (std::int32_t word = 0; word < made_up_word_count; ++word) words.push_back(spelling(word));
  const auto file = folder.path() / "glove.txt";
  plan.options["glove"] = file.string();
  std::ofstream out(file);
  write_glove(out, words, *made->vectors());
  out.close();

  const auto read = make_dataset(plan);
  EXPECT_EQ(read->vectors()->values, made->vectors()->values);
  const auto sorted = [](const Client& client) {
    std::vector<std::pair<std::int32_t, Indices>> samples;
    for (std::size_t i = 0; i < client.labels.size(); ++i) {
      const auto tweet = tokens(client, i);
      samples.emplace_back(client.labels[i], Indices(tweet.begin(), tweet.end()));
    }
    std::sort(samples.begin(), samples.end());
    return samples;
  };
  std::map<std::string, Client> found;
  for (const auto& file : read->files(folder.path() / "out").read)
    for (Client& part : read->read(file)) {
      const auto [place, is_new] = found.try_emplace(part.id, part);
      if (!is_new) append(place->second, std::move(part));
    }
  ASSERT_EQ(found.size(), 5U);
  for (std::int64_t index = 0; index < 5; ++index) {
    const auto expected = made->generate(index);
    EXPECT_EQ(sorted(found.at(expected.id)), sorted(expected)) << expected.id;
  }
}

TEST(GeneratedSent140, RefusesImpossibleSizes) {
  test::expect_error(Status::usage, [] { GeneratedSent140({0, 45, 28, 25}, 1); }, {"sent140"});
  test::expect_error(Status::usage, [] { GeneratedSent140({5, 20, 28, 25}, 1); }, {"sent140"});
}

}  // namespace
}  // namespace fedmeta::data
