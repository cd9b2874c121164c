// On real data, split as LEAF splits them, no part is taken for a repetition; parts of two such splits are.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "data/leaf/leaf.hpp"
#include "data/leaf/repeated_parts.hpp"
#include "data/real_data.hpp"
#include "data/sample_hash.hpp"
#include "data/sets/femnist.hpp"
#include "data/sets/sent140.hpp"
#include "data/sets/shakespeare.hpp"

namespace fedmeta::data {
namespace {

namespace fs = std::filesystem;

struct Sides {
  Client train, test;
};

/// Nine tenths of the samples by lot, and the others.
Sides split(const Client& client, std::uint64_t seed) {
  auto origins = client.origins;
  Random random(seed, "split", {hash(client.id)});
  shuffle(origins, random);
  const auto middle =
      origins.begin() + static_cast<std::ptrdiff_t>(0.9 * static_cast<double>(origins.size()));
  return {{client.id, {}, {}, {origins.begin(), middle}}, {client.id, {}, {}, {middle, origins.end()}}};
}

/// Parts of two splits of nearly all that have enough samples; of one split, none.
void expect_found_in_two_splits_only(const std::vector<Client>& clients) {
  int large = 0, found = 0;
  for (const auto& client : clients) {
    RepeatedParts parts;
    const auto [train, test] = split(client, 1);
    parts.add(train, "train.json");
    EXPECT_NO_THROW(parts.add(test, "test.json")) << client.id;
    if (client.origins.size() < 20) continue;
    ++large;
    try {
      parts.add(split(client, 2).train, "old.json");
    } catch (const Error&) {
      ++found;
    }
  }
  EXPECT_GE(found, 0.99 * large);
  EXPECT_GT(large, 0);
}

class RepeatedPartsReal : public testing::Test {
 protected:
  void SetUp() override {
    if (find("femnist/train").empty())
      GTEST_SKIP() << "SKIPPED: no real data at " << test::data_folder()
                   << "; set FEDMETA_DATA_DIR to check them";
  }
  static fs::path find(const std::string& name) { return test::find_packed(test::data_folder() / name); }
};

TEST_F(RepeatedPartsReal, Writers) {
  std::map<std::string, Client> joined;
  RepeatedParts parts;
  for (const auto& file : shard_files(find("femnist")).read)
    for (auto& part : read_leaf_file(file, femnist_form())) {
      parts.add(part, file);
      auto& origins = joined.try_emplace(part.id, Client{part.id, {}, {}}).first->second.origins;
      origins.insert(origins.end(), part.origins.begin(), part.origins.end());
    }
  ASSERT_EQ(joined.size(), 527U);
  std::vector<Client> clients;
  for (auto& [id, client] : joined) clients.push_back(std::move(client));
  expect_found_in_two_splits_only(clients);
}

TEST_F(RepeatedPartsReal, Tweets) {
  expect_found_in_two_splits_only(read_sent140_file(find("sent140/all_data.json"), {}, false));
}

/// Whose windows overlap, and whose roles repeat themselves.
TEST_F(RepeatedPartsReal, Plays) {
  const auto text = find("shakespeare/pg100.txt");
  DatasetPlan plan;
  plan.dataset = "shakespeare";
  auto clients = make_dataset(plan)->read(text);
  for (auto& client : clients) client.origins = sample_hashes(client);
  expect_found_in_two_splits_only(clients);
}

}  // namespace
}  // namespace fedmeta::data
