// What the writer writes, the reader reads to the last bit; nothing is left of a folder that failed.
#include "data/leaf/leaf_writer.hpp"

#include "data/sets/femnist.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "base/error.hpp"
#include "data/leaf/leaf.hpp"
#include "data/leaf/shard_files.hpp"
#include "data/statistics.hpp"
#include "temporary_folder.hpp"

namespace {

namespace fs = std::filesystem;
using namespace fedmeta::data;
using fedmeta::Error;
using fedmeta::test::TemporaryFolder;

/// Client `index` has index + 1 samples; every byte value occurs.
Client small_client(std::int64_t index) {
  Client client{"w" + std::to_string(index), std::vector<std::uint8_t>(), {}};
  auto& bytes = std::get<std::vector<std::uint8_t>>(client.features);
  for (std::int64_t sample = 0; sample <= index; ++sample) {
    for (int k = 0; k < 784; ++k) bytes.push_back(static_cast<std::uint8_t>(k + 7 * sample + index));
    client.labels.push_back(static_cast<std::int32_t>(sample % 62));
  }
  return client;
}

/// Label and image of each sample, in an order of their own.
auto sorted_samples(const Client& client) {
  const auto& bytes = std::get<std::vector<std::uint8_t>>(client.features);
  std::vector<std::pair<std::int32_t, std::vector<std::uint8_t>>> samples;
  for (std::size_t i = 0; i < client.labels.size(); ++i) {
    const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(784 * i);
    samples.emplace_back(client.labels[i], std::vector(first, first + 784));
  }
  std::sort(samples.begin(), samples.end());
  return samples;
}

TEST(LeafWriter, WhatIsWrittenIsReadBack) {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "out";
  write_leaf_folder(folder, 130, small_client, number_text(784), 1, false);
  const auto files = shard_files(folder).read;
  ASSERT_EQ(files.size(), 4U);  // two of 100 and 30 clients, for train and test
  EXPECT_EQ(files[0].filename(), "all_data_0_train_9.json");
  std::map<std::string, Client> clients;
  for (const auto& file : files)
    for (Client& part : read_leaf_file(file, femnist_form()))
      if (const auto known = clients.find(part.id); known != clients.end())
        append(known->second, std::move(part));
      else
        clients.emplace(part.id, part);
  ASSERT_EQ(clients.size(), 130U);
  for (std::int64_t index = 0; index < 130; ++index) {
    const Client expected = small_client(index);
    EXPECT_EQ(sorted_samples(clients.at(expected.id)), sorted_samples(expected)) << expected.id;
  }
}

TEST(LeafWriter, NineTenthsOfTheSamplesTrain) {
  const TemporaryFolder temporary;
  write_leaf_folder(temporary.path() / "out", 41, small_client, number_text(784), 1, false);
  const auto files = shard_files(temporary.path() / "out").read;
  std::map<std::string, std::size_t> train, test;
  for (const Client& part : read_leaf_file(files[0], femnist_form())) train[part.id] = part.labels.size();
  for (const Client& part : read_leaf_file(files[1], femnist_form())) test[part.id] = part.labels.size();
  EXPECT_EQ(train["w0"], 1U);  // a single sample trains
  EXPECT_FALSE(test.contains("w0"));
  EXPECT_EQ(train["w1"], 1U);
  EXPECT_EQ(train["w9"], 9U);
  EXPECT_EQ(test["w9"], 1U);
  EXPECT_EQ(train["w40"], 36U);  // floor(.9 x 41)
  EXPECT_EQ(test["w40"], 5U);
}

fedmeta::Status status_of(const fs::path& folder, bool force) {
  try {
    write_leaf_folder(folder, 2, small_client, number_text(784), 1, force);
  } catch (const Error& error) {
    return error.status();
  }
  return fedmeta::Status::ok;
}

TEST(LeafWriter, ReplacesOnlyItsOwnKindAndOnlyWhenForced) {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "out";
  EXPECT_EQ(status_of(folder, false), fedmeta::Status::ok);
  EXPECT_EQ(status_of(folder, false), fedmeta::Status::usage);
  EXPECT_EQ(status_of(folder, true), fedmeta::Status::ok);
  temporary.write("out/thesis.tex", "mine");
  EXPECT_EQ(status_of(folder, true), fedmeta::Status::usage);
  EXPECT_TRUE(fs::exists(folder / "thesis.tex"));
}

TEST(LeafWriter, LeavesNothingBehindWhereItFails) {
  const TemporaryFolder temporary;
  const auto fails = [](std::int64_t index) -> Client {
    if (index == 1) throw std::runtime_error("no such client");
    return small_client(index);
  };
  EXPECT_THROW(write_leaf_folder(temporary.path() / "out", 2, fails, number_text(784), 1, false),
               std::runtime_error);
  EXPECT_TRUE(fs::is_empty(temporary.path()));
  EXPECT_EQ(status_of("/proc/out", false), fedmeta::Status::own_file);
}

TEST(Statistics, PartsOfAClientAreOneClient) {
  StatisticsCollector collector;
  collector.add({"a", {}, {0, 1, 1}});
  collector.add({"b", {}, {5}});
  collector.add({"a", {}, {2, 0}});
  const Statistics s = collector.result();
  EXPECT_EQ(s.clients, 2);
  EXPECT_EQ(s.samples, 6);
  EXPECT_EQ(s.classes, 4);
  EXPECT_EQ(s.mean, 3);
  EXPECT_EQ(s.deviation, 2);  // of 5 and 1, population
  EXPECT_EQ(s.fewest, 1);
  EXPECT_EQ(s.most, 5);
  EXPECT_EQ(s.fewest_classes, 1);
  EXPECT_EQ(s.most_classes, 3);
}

}  // namespace
