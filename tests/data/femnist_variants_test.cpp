// Digits alone, inverted grey values, and label-sorted shards.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "data/dataset.hpp"
#include "data/divide/label_shards.hpp"
#include "data/expect_error.hpp"
#include "data/sets/femnist.hpp"
#include "data/temporary_folder.hpp"

namespace fedmeta::data {
namespace {

DatasetPlan generated_plan() {
  DatasetPlan plan;
  plan.generated = {3, 40, 10, 20};
  return plan;
}

/// One user "u" with a constant image for each (grey value, label).
std::string user(const std::vector<std::pair<std::string, int>>& samples) {
  std::string x, y;
  for (const auto& [grey, label] : samples) {
    std::string image = grey;
    for (int k = 1; k < 784; ++k) image += "," + grey;
    x += (x.empty() ? "[" : ",[") + image + "]";
    y += (y.empty() ? "" : ",") + std::to_string(label);
  }
  return R"({"user_data": {"u": {"x": [)" + x + R"(], "y": [)" + y + "]}}}";
}

Client read(const DatasetPlan& plan, const std::string& text) {
  const test::TemporaryFolder folder;
  return make_dataset(plan)->read(folder.write("data.json", text)).at(0);
}

TEST(Digits, KeepsLabels0To9AsTenClasses) {
  DatasetPlan plan;
  plan.options["digits"] = true;
  EXPECT_EQ(make_dataset(plan)->form().classes, 10);
  EXPECT_EQ(make_dataset({})->form().classes, 62);
  const auto client = read(plan, user({{"0.2", 61}, {"0.4", 9}, {"0.6", 10}, {"0.8", 0}}));
  EXPECT_EQ(client.labels, (std::vector<std::int32_t>{9, 0}));
  Bytes expected(784, 102);
  expected.resize(2 * 784, 204);
  EXPECT_EQ(client.features, Features(expected));
  EXPECT_TRUE(read(plan, user({{"0.2", 61}})).labels.empty());
  EXPECT_EQ(std::get<Bytes>(read(plan, user({{"0.2", 61}})).features).size(), 0U);
}

TEST(Digits, OfTheStandInAreTheWritersOwn) {
  auto plan = generated_plan();
  const auto all = make_dataset(plan)->generate(1);
  plan.options["digits"] = true;
  const auto digits = make_dataset(plan)->generate(1);
  std::size_t next = 0;
  for (std::size_t i = 0; i < all.labels.size(); ++i) {
    if (all.labels[i] > 9) continue;
    ASSERT_LT(next, digits.labels.size());
    EXPECT_EQ(digits.labels[next], all.labels[i]);
    EXPECT_TRUE(std::equal(std::get<Bytes>(all.features).begin() + 784 * i,
                           std::get<Bytes>(all.features).begin() + 784 * (i + 1),
                           std::get<Bytes>(digits.features).begin() + 784 * next));
    ++next;
  }
  EXPECT_EQ(next, digits.labels.size());
  EXPECT_GT(next, 0U);
}

TEST(Invert, TurnsXInto1MinusX) {
  DatasetPlan plan;
  plan.options["invert"] = true;
  EXPECT_EQ(read(plan, user({{"0.2", 1}})).features, Features(Bytes(784, 204)));
  EXPECT_EQ(read(plan, user({{"1.0", 1}})).features, Features(Bytes(784, 0)));
  EXPECT_EQ(read(plan, user({{"0.25", 1}})).features, Features(Floats(784, 0.75F)));  // no k/255
  plan = generated_plan();
  auto expected = std::get<Bytes>(make_dataset(plan)->generate(0).features);
  for (auto& byte : expected) byte = static_cast<std::uint8_t>(255 - byte);
  plan.options["invert"] = true;
  EXPECT_EQ(make_dataset(plan)->generate(0).features, Features(expected));
}

TEST(Partition, KnowsWritersAndShards) {
  DatasetPlan plan;
  plan.options["partition"] = "shards";
  EXPECT_NO_THROW(make_dataset(plan));
  plan.options["partition"] = "cards";
  test::expect_error(Status::usage, [&] { make_dataset(plan); }, {"--partition cards"});
}

/// Client c has 10 + c samples of width 2: its number and the sample's; labels go round `classes`.
std::vector<Client> small_clients(int count, int classes) {
  std::vector<Client> clients;
  for (int c = 0; c < count; ++c) {
    Client client{"w" + std::to_string(c), Bytes(), {}};
    for (int i = 0; i < 10 + c; ++i) {
      std::get<Bytes>(client.features)
          .insert(std::get<Bytes>(client.features).end(), {std::uint8_t(c), std::uint8_t(i)});
      client.labels.push_back((c + i) % classes);
    }
    clients.push_back(std::move(client));
  }
  return clients;
}

TEST(LabelShards, DealsEverySampleOnceInShardsOfOneOrTwoLabels) {
  // 10 + ... + 19 = 145 samples, 20 shards of 7 for 10 clients: 5 of the last label are left.
  const auto clients = small_clients(10, 14);
  const auto dealt = deal_label_shards(clients, 10, 1);
  ASSERT_EQ(dealt.size(), 10U);
  std::set<std::pair<int, int>> seen;
  for (const auto& client : dealt) {
    ASSERT_EQ(client.labels.size(), 14U);
    EXPECT_TRUE(std::is_sorted(client.labels.begin(), client.labels.end()));
    EXPECT_LE(std::set(client.labels.begin(), client.labels.end()).size(), 4U);
    const auto& values = std::get<Bytes>(client.features);
    ASSERT_EQ(values.size(), 28U);
    for (std::size_t i = 0; i < 14; ++i) {
      EXPECT_TRUE(seen.emplace(values[2 * i], values[2 * i + 1]).second);
      EXPECT_EQ(client.labels[i], (values[2 * i] + values[2 * i + 1]) % 14);  // features went with labels
    }
  }
  EXPECT_EQ(seen.size(), 140U);
  for (const auto& client : clients) {
    for (std::size_t i = 0; i < client.labels.size(); ++i) {
      const bool dealt_out = seen.contains({client.id[1] - '0', int(i)});
      EXPECT_TRUE(dealt_out || client.labels[i] == 13) << client.id << ' ' << i;  // the last label is left
    }
  }
  EXPECT_EQ(dealt[0].id, "s0000");
  EXPECT_EQ(dealt[9].id, "s0009");
}

TEST(LabelShards, OneShardPerLabelGivesTwoLabelsAClient) {
  std::vector<Client> clients(1);
  clients[0].id = "w";
  for (int i = 0; i < 60; ++i) {
    std::get<Bytes>(clients[0].features).push_back(std::uint8_t(i));
    clients[0].labels.push_back(i % 10);
  }
  for (const auto& client : deal_label_shards(clients, 5, 3)) {
    std::map<std::int32_t, int> count;
    for (const auto label : client.labels) ++count[label];
    ASSERT_EQ(count.size(), 2U);
    for (const auto& [label, samples] : count) EXPECT_EQ(samples, 6);
  }
}

TEST(LabelShards, DependsOnItsArgumentsAlone) {
  const auto labels = [](std::uint64_t seed) {
    std::vector<std::vector<std::int32_t>> all;
    for (const auto& client : deal_label_shards(small_clients(10, 7), 12, seed)) all.push_back(client.labels);
    return all;
  };
  EXPECT_EQ(labels(1), labels(1));
  EXPECT_NE(labels(1), labels(2));
}

TEST(LabelShards, MixesBytesAndFloatsAndEmptyClients) {
  std::vector<Client> clients = {{"e", Bytes(), {}}, {"a", Bytes{51, 255}, {1, 0}}, {"b", Floats{0.5F}, {0}}};
  const auto dealt = deal_label_shards(clients, 1, 1);
  EXPECT_EQ(dealt.at(0).features, Features(Floats{1, 0.5F}));  // two shards of one sample, both of label 0
  EXPECT_EQ(dealt.at(0).labels, (std::vector<std::int32_t>{0, 0}));
}

TEST(LabelShards, RefusesFewerSamplesThanShards) {
  for (const std::int64_t asked : {-1, 0, 6})
    test::expect_error(Status::input, [&] { deal_label_shards(small_clients(1, 2), asked, 1); },
                       {"10 samples", "shards"});
  EXPECT_EQ(deal_label_shards(small_clients(1, 2), 5, 1).size(), 5U);
  test::expect_error(Status::input, [] { deal_label_shards({}, 1, 1); }, {"0 samples"});
}

}  // namespace
}  // namespace fedmeta::data
