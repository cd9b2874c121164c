// The Shakespeare stand-in: its sizes, and that it can be learnt, from others and still better from oneself.
#include "data/stand_in/generated_shakespeare.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <sstream>

#include "base/error.hpp"
#include "data/dataset.hpp"
#include "data/sets/shakespeare.hpp"
#include "data/statistics.hpp"

namespace fedmeta::data {
namespace {

const GeneratedSize small{.clients = 60, .mean_samples = 3000, .deviation_samples = 500, .min_samples = 1000};

std::unique_ptr<Dataset> generated(const GeneratedSize& size, std::uint64_t seed = 42) {
  DatasetPlan plan;
  plan.generated = size;
  plan.seed = seed;
  plan.dataset = "shakespeare";
  return make_dataset(plan);
}

TEST(GeneratedShakespeare, DependsOnSeedAndIndexAlone) {
  const auto many = generated(small),
             few = generated(
                 {.clients = 3, .mean_samples = 3000, .deviation_samples = 500, .min_samples = 1000});
  const Client client = many->generate(2);
  EXPECT_EQ(client.id, "role_0002");
  EXPECT_EQ(few->generate(2).features, client.features);
  EXPECT_EQ(few->generate(2).labels, client.labels);
  EXPECT_NE(generated(small, 43)->generate(2).labels, client.labels);
  EXPECT_NE(many->generate(3).labels, client.labels);
}

TEST(GeneratedShakespeare, IdsSortAsIndices) {
  const GeneratedShakespeare source({.clients = 20000, .mean_samples = 20, .min_samples = 20}, 1);
  EXPECT_EQ(source.id(7), "role_00007");
  EXPECT_EQ(source.id(19999), "role_19999");
}

/// 2000 roles: the mean is within 4 standard errors, and the deviation within what its own error allows.
TEST(GeneratedShakespeare, HasTheSizesOfThePaper) {
  GeneratedSize size = paper_shakespeare;
  size.clients = 2000;
  const GeneratedShakespeare source(size, 1);
  StatisticsCollector collector;
  for (std::int64_t i = 0; i < size.clients; ++i)
    collector.add({source.id(i), {}, std::vector<std::int32_t>(source.speech(i).size() - 80)});
  const Statistics s = collector.result();
  EXPECT_NEAR(s.mean, 1183, 4 * 1218 / std::sqrt(2000));
  EXPECT_NEAR(s.deviation, 1218, 250);
  EXPECT_GE(s.fewest, 20);
}

TEST(GeneratedShakespeare, SpeaksWithinLeafsTable) {
  const auto dataset = generated(small);
  std::vector<Client> clients;
  for (std::int64_t i = 0; i < 20; ++i) clients.push_back(dataset->generate(i));
  const SampleForm form = dataset->encode(clients, {});
  for (const Client& client : clients)
    for (const auto token : std::get<Windows>(client.features).text) EXPECT_LT(token, form.tokens);
}

TEST(GeneratedShakespeare, RefusesImpossibleSizes) {
  const GeneratedSize bad{.clients = 0, .mean_samples = 100};
  EXPECT_THROW(generated(bad)->generated_clients(), Error);
  EXPECT_NO_THROW(generated(bad)->form());  // where files are read, sizes do not matter
}

using Counts = std::array<std::array<double, 256>, 256>;  ///< [character before][character]

std::size_t byte(char c) {
  return static_cast<std::uint8_t>(c);
}

void count(const std::string& text, Counts& counts) {
  for (std::size_t i = 1; i < text.size(); ++i) ++counts[byte(text[i - 1])][byte(text[i])];
}

/// How often the most frequent successor, counted elsewhere, comes.
double bigram_accuracy(const Counts& counts, const std::string& text) {
  double right = 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const auto& row = counts[byte(text[i - 1])];
    right +=
        std::max_element(row.begin(), row.end()) - row.begin() == static_cast<std::ptrdiff_t>(byte(text[i]));
  }
  return right / static_cast<double>(text.size() - 1);
}

TEST(GeneratedShakespeare, IsPredictableFromOthers) {
  const GeneratedShakespeare source(small, 42);
  Counts counts{};
  for (std::int64_t i = 0; i < 50; ++i) count(source.speech(i), counts);
  double bigram = 0, space = 0;
  for (std::int64_t i = 50; i < 60; ++i) {
    const std::string text = source.speech(i);
    bigram += bigram_accuracy(counts, text) / 10;
    space += static_cast<double>(std::count(text.begin(), text.end(), ' ')) / double(text.size()) / 10;
  }
  RecordProperty("bigram", std::to_string(bigram));
  RecordProperty("space", std::to_string(space));
  EXPECT_GT(bigram, space + 0.1);
  EXPECT_LT(bigram, 0.5);  // no riddle without a secret
}

using WordShares = std::map<std::string, double>;

WordShares word_shares(const std::string& text) {
  std::istringstream in(text);
  WordShares shares;
  double words = 0;
  for (std::string word; in >> word; ++words) ++shares[word];
  for (auto& [word, share] : shares) share /= words;
  return shares;
}

/// Half the sum of differences: 0 for the same frequencies, 1 for no common word.
double distance(const WordShares& a, const WordShares& b) {
  double common = 0;
  for (const auto& [word, share] : a)
    if (const auto other = b.find(word); other != b.end()) common += std::min(share, other->second);
  return 1 - common;
}

TEST(GeneratedShakespeare, RolesHaveWordsOfTheirOwn) {
  const GeneratedShakespeare source({.clients = 20, .mean_samples = 6000, .min_samples = 6000}, 42);
  std::vector<WordShares> first, second;
  for (std::int64_t i = 0; i < source.clients(); ++i) {
    const std::string text = source.speech(i);
    first.push_back(word_shares(text.substr(0, text.size() / 2)));
    second.push_back(word_shares(text.substr(text.size() / 2)));
  }
  double own = 0, others = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    own += distance(first[i], second[i]);
    others += distance(first[i], second[(i + 1) % first.size()]);
    EXPECT_LT(distance(first[i], second[i]), distance(first[i], second[(i + 1) % first.size()])) << i;
  }
  RecordProperty("own", std::to_string(own / 20));
  RecordProperty("others", std::to_string(others / 20));
  EXPECT_LT(own / 20, others / 20 - 0.2);
}

/// Adapting pays: characters after another, counted on the role's own first half, against those counted
/// on as much of another's text.
TEST(GeneratedShakespeare, OwnTextPredictsBetterThanAnothers) {
  const GeneratedShakespeare source({.clients = 20, .mean_samples = 6000, .min_samples = 6000}, 42);
  double own = 0, others = 0;
  for (std::int64_t i = 0; i < 20; ++i) {
    const std::string text = source.speech(i), other = source.speech((i + 1) % 20);
    Counts of_own{}, of_other{};
    count(text.substr(0, text.size() / 2), of_own);
    count(other.substr(0, other.size() / 2), of_other);
    own += bigram_accuracy(of_own, text.substr(text.size() / 2)) / 20;
    others += bigram_accuracy(of_other, text.substr(text.size() / 2)) / 20;
  }
  RecordProperty("own", std::to_string(own));
  RecordProperty("others", std::to_string(others));
  EXPECT_GT(own, others + 0.03);
}

}  // namespace
}  // namespace fedmeta::data
