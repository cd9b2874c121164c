// The LEAF reader on real FEMNIST writers.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "data/leaf/leaf.hpp"
#include "data/real_data.hpp"
#include "data/sets/femnist.hpp"

namespace fedmeta::data {
namespace {

namespace fs = std::filesystem;

/// All users of train/ and test/, merged.
std::map<std::string, Client> read_all(const fs::path& data) {
  std::map<std::string, Client> clients;
  for (const char* part : {"train", "test"}) {
    for (const auto& entry : fs::directory_iterator(data / part)) {
      const test::TemporaryFolder folder;
      for (Client& client : read_leaf_file(test::unpack(entry.path(), folder), femnist_form())) {
        const auto [known, is_new] = clients.try_emplace(client.id, Client{client.id, {}, {}});
        append(known->second, std::move(client));
      }
    }
  }
  return clients;
}

class LeafReal : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::is_directory(test::data_folder() / "femnist/train")) {
      GTEST_SKIP() << "SKIPPED: no real data at " << test::data_folder()
                   << "; set FEDMETA_DATA_DIR to check them";
    }
  }
};

TEST_F(LeafReal, FemnistHasItsWriters) {
  std::size_t samples = 0, large = 0, large_samples = 0, most = 0;
  const auto clients = read_all(test::data_folder() / "femnist");
  for (const auto& [id, client] : clients) {
    const std::size_t n = client.labels.size();
    ASSERT_TRUE(std::holds_alternative<std::vector<std::uint8_t>>(client.features)) << id;
    ASSERT_EQ(std::get<0>(client.features).size(), 784 * n) << id;
    samples += n;
    most = std::max(most, n);
    if (n >= 100) ++large, large_samples += n;
  }
  EXPECT_EQ(clients.size(), 527U);
  EXPECT_EQ(samples, 53676U);
  EXPECT_EQ(large, 275U);
  EXPECT_EQ(large_samples, 45342U);
  EXPECT_EQ(most, 355U);
}

TEST_F(LeafReal, OriginalShardHasItsWriters) {
  // Its `num_samples`: train 150, 92, 157, 45, 158, 63; test 17, 11, 18, 5, 18, 7.
  const std::map<std::string, std::size_t> expected = {{"f1695_12", 167}, {"f1621_46", 103},
                                                       {"f2073_06", 175}, {"f1984_28", 50},
                                                       {"f1712_10", 176}, {"f1697_45", 70}};
  std::map<std::string, std::size_t> found;
  for (const auto& [id, client] : read_all(test::data_folder() / "femnist_original"))
    found[id] = client.labels.size();
  EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace fedmeta::data
