// Real tweets with real word vectors. Expected shares were counted by Python's re with LEAF's expression.
#include <gtest/gtest.h>

#include "data/real_data.hpp"
#include "data/sets/sent140.hpp"

namespace fedmeta::data {
namespace {

class Sent140Real : public testing::Test {
 protected:
  void SetUp() override {
    json_ = test::find_packed(test::data_folder() / "sent140/all_data.json");
    glove_ = test::find_packed(test::data_folder() / "sent140/glove.6B.300d.subset.txt");
    if (json_.empty() || glove_.empty())
      GTEST_SKIP() << "SKIPPED: no real data at " << test::data_folder()
                   << "; set FEDMETA_DATA_DIR to check them";
  }

  std::filesystem::path json_, glove_;
};

TEST_F(Sent140Real, HasItsUsersAndUnknownWords) {
  const test::TemporaryFolder folder;
  const auto table = read_glove(test::unpack(glove_, folder));
  EXPECT_EQ(table.vectors.words, 3157 + 2);
  EXPECT_EQ(table.vectors.width, 300);
  EXPECT_EQ(table.rows.size(), 3157U);
  const auto json = test::unpack(json_, folder);
  for (const bool lower : {false, true}) {
    const auto clients = read_sent140_file(json, table, lower);
    EXPECT_EQ(clients.size(), 2928U);
    std::size_t samples = 0;
    TokenCount all;
    for (const auto& client : clients) {
      samples += client.labels.size();
      const auto count = count_tokens(client, table.vectors.words);
      all.tokens += count.tokens;
      all.unknown += count.unknown;
    }
    EXPECT_EQ(samples, 88749U);
    // Python: 1,389,959; it splits at Unicode's quotation marks, at which we do not.
    EXPECT_NEAR(double(all.tokens), 1389959, 400);
    EXPECT_NEAR(all.unknown_share(), lower ? 0.2753 : 0.3510, 5e-4);
  }
}

}  // namespace
}  // namespace fedmeta::data
