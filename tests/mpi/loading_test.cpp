#include "hosting/loading.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <optional>

#include "base/random.hpp"
#include "data/leaf/leaf.hpp"
#include "data/leaf/leaf_writer.hpp"
#include "data/sets/femnist.hpp"
#include "data/stand_in/generated_femnist.hpp"
#include "data/stand_in/made_up_words.hpp"
#include "data/temporary_folder.hpp"
#include "hosting/shard.hpp"
#include "mpi/world.hpp"
#include "record/data_file.hpp"

namespace fedmeta::federate {
namespace {

using test::world;

/// A folder that the root makes and all ranks know; gone when all are done with it.
class SharedFolder {
 public:
  SharedFolder() {
    if (world().root()) own_.emplace();
    path_ = world().all_gather(own_ ? own_->path().string() : std::string()).front();
  }
  ~SharedFolder() { world().wait_for_all(); }
  SharedFolder(const SharedFolder&) = delete;
  SharedFolder& operator=(const SharedFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// At the root, while the others wait.
  void fill(const std::function<void()>& work) const {
    if (world().root()) work();
    world().wait_for_all();
  }

 private:
  std::optional<test::TemporaryFolder> own_;
  std::filesystem::path path_;
};

/// Twelve writers in four files: each has samples in a file of train/ and in one of test/.
void write_clients(const std::filesystem::path& folder) {
  const data::GeneratedFemnist writers({12, 13, 3, 10}, 3);
  const auto write = [&](const std::filesystem::path& path, std::int64_t begin, std::int64_t count) {
    data::write_leaf_folder(
        path, count, [&](std::int64_t i) { return writers.client(begin + i); }, data::number_text(784), 1,
        true);
  };
  write(folder / "data", 0, 7);
  write(folder / "more", 7, 5);
  for (const auto* part : {"train", "test"})
    for (const auto& file : std::filesystem::directory_iterator(folder / "more" / part))
      std::filesystem::rename(file.path(),
                              folder / "data" / part / ("more_" + file.path().filename().string()));
}

hosting::DataPlan plan_for(const std::filesystem::path& path) {
  hosting::DataPlan plan;
  plan.path = path;
  plan.dataset.seed = 9;
  plan.support_fraction = 0.3;
  return plan;
}

/// The same by data:: alone: each user's samples joined in file order.
std::map<std::string, data::Client> read_serially(const std::filesystem::path& path) {
  std::map<std::string, data::Client> clients;
  for (const auto& file : data::shard_files(path).read)
    for (auto& part : data::read_leaf_file(file, data::femnist_form())) {
      const auto [place, fresh] = clients.try_emplace(part.id, part);
      if (!fresh) data::append(place->second, std::move(part));
    }
  return clients;
}

std::vector<data::DividedClient> divide_serially(const std::map<std::string, data::Client>& clients,
                                                 const hosting::DataPlan& plan) {
  std::vector<data::DividedClient> divided;
  for (const auto& [id, client] : clients)
    divided.push_back(
        data::divide_client(id, client.labels, plan.support_fraction, plan.division, plan.dataset.seed));
  return divided;
}

using Places = std::map<std::string, std::vector<std::int32_t>>;

/// Catalogue, tensors and orders, against what one process finds without federate. `places`: where the
/// samples of each stood in file order, if they are not all.
void expect_as_serial(const hosting::DataPlan& plan, const std::map<std::string, data::Client>& clients,
                      const Places& places = {}) {
  auto loaded = hosting::load(world(), plan);
  hosting::Shard shard(world(), loaded.catalogue, loaded.hosted, at::kCPU);
  const auto orders = hosting::gather_orders(world(), loaded);
  const auto divided = divide_serially(clients, plan);
  const auto roles = data::split_clients(clients.size(), plan.dataset.seed);
  ASSERT_EQ(loaded.catalogue.clients.size(), clients.size());
  std::vector<std::int32_t> expected_orders;
  std::set<std::int32_t> all_labels;
  std::int32_t index = 0;
  for (const auto& [id, client] : clients) {
    const auto& entry = loaded.catalogue[index];
    const auto at = static_cast<std::size_t>(index);
    const auto rows = static_cast<std::int64_t>(client.labels.size());
    EXPECT_EQ(entry.id, id);
    EXPECT_EQ(entry.samples, rows);
    EXPECT_EQ(entry.role, roles[at]);
    EXPECT_EQ(entry.support, divided[at].support);
    const std::set<std::int32_t> labels(client.labels.begin(), client.labels.end());
    EXPECT_EQ(entry.classes, std::ssize(labels));
    all_labels.insert(labels.begin(), labels.end());
    EXPECT_GE(entry.home, 0);
    EXPECT_LT(entry.home, world().size());

    const auto task = shard.task(index++);
    const auto order = at::tensor(divided[at].order, at::kInt);
    const auto x = at::tensor(data::to_floats(client.features), at::kFloat).reshape({rows, 784});
    const auto y = at::tensor(client.labels, at::kInt).to(at::kLong);
    EXPECT_TRUE(at::equal(task.all.x, x.index_select(0, order))) << id;
    EXPECT_TRUE(at::equal(task.all.y, y.index_select(0, order))) << id;
    EXPECT_EQ(task.support_rows, divided[at].support);
    for (const auto row : divided[at].order)
      expected_orders.push_back(places.empty() ? row : places.at(id).at(static_cast<std::size_t>(row)));
  }
  EXPECT_EQ(loaded.catalogue.reading.classes_of_all, std::ssize(all_labels));
  EXPECT_EQ(orders, world().root() ? expected_orders : std::vector<std::int32_t>());
  world().wait_for_all();  // nobody frees memory that another still reads
}

/// The error of loading must be the same everywhere, and all ranks must be able to go on.
void expect_same_error(const hosting::DataPlan& plan, Status status, const std::string& named) {
  std::string line;
  try {
    hosting::load(world(), plan);
    ADD_FAILURE() << "no error";
  } catch (const comm::AgreedError& error) {
    EXPECT_EQ(error.status(), status);
    line = error.what();
  }
  EXPECT_NE(line.find(named), std::string::npos) << line;
  for (const auto& other : world().all_gather(line)) EXPECT_EQ(other, line);
}

TEST(Loading, LeafFilesGiveEveryRankCountTheSameClients) {
  const SharedFolder folder;
  folder.fill([&] { write_clients(folder.path()); });
  const auto path = folder.path() / "data";
  ASSERT_EQ(data::shard_files(path).read.size(), 4U);
  const auto clients = read_serially(path);
  ASSERT_EQ(clients.size(), 12U);
  for (const auto division :
       {data::Division::random, data::Division::stratified, data::Division::chronological}) {
    auto plan = plan_for(path);
    plan.division = division;
    expect_as_serial(plan, clients);
  }
}

TEST(Loading, GeneratedClientsAreTheGeneratorsOwn) {
  hosting::DataPlan plan;
  plan.dataset.generated = {11, 12, 3, 10};
  plan.dataset.seed = 4;
  const data::GeneratedFemnist generator(plan.dataset.generated, plan.dataset.seed);
  std::map<std::string, data::Client> clients;
  for (std::int64_t i = 0; i < generator.clients(); ++i) clients[generator.id(i)] = generator.client(i);
  expect_as_serial(plan, clients);
}

/// A data file of the clients of a generator, with label -1 where `bad` says so.
std::filesystem::path write_file(const SharedFolder& folder, const data::GeneratedFemnist& generator,
                                 std::int64_t bad = -1) {
  const auto path = folder.path() / "clients.h5";
  const auto make = [&](std::int64_t i) {
    auto client = generator.client(i);
    if (i == bad) client.labels[1] = -1;
    return client;
  };
  folder.fill([&] {
    record::write_data_file(path, {"femnist", "leaf", data::Storage::bytes, 784, generator.clients()}, make,
                            nullptr, false);
  });
  return path;
}

TEST(Loading, OfADataFileEachRankReadsItsOwnClients) {
  const SharedFolder folder;
  const data::GeneratedFemnist generator({40, 12, 3, 10}, 3);
  const auto path = write_file(folder, generator);
  std::map<std::string, data::Client> clients;
  for (std::int64_t i = 0; i < generator.clients(); ++i) clients[generator.id(i)] = generator.client(i);
  expect_as_serial(plan_for(path), clients);
}

TEST(Loading, ABadClientOfADataFileIsEveryRanksError) {
  const data::GeneratedFemnist generator({8, 12, 3, 10}, 3);
  for (std::int64_t bad = 0; bad < generator.clients(); ++bad) {
    const SharedFolder folder;
    expect_same_error(plan_for(write_file(folder, generator, bad)), Status::input, "clients.h5");
  }
}

TEST(Loading, AShareOfTheSamplesIsDrawnForEachClientAlone) {
  hosting::DataPlan plan;
  plan.dataset.generated = {11, 12, 3, 10};
  plan.sample_share = 0.5;
  const data::GeneratedFemnist generator(plan.dataset.generated, plan.dataset.seed);
  std::map<std::string, data::Client> clients;
  Places places;
  for (std::int64_t i = 0; i < generator.clients(); ++i) {
    auto client = generator.client(i);
    auto& drawn = places[client.id] =
        data::draw_share(client.id, std::ssize(client.labels), 0.5, plan.dataset.seed);
    EXPECT_EQ(drawn.size(), client.labels.size() / 2);
    data::select(client, drawn);
    clients[client.id] = std::move(client);
  }
  expect_as_serial(plan, clients, places);
}

/// Two files that hold the same samples, read by different ranks.
TEST(Loading, ARepeatedShardIsEveryRanksError) {
  const SharedFolder folder;
  folder.fill([&] {
    write_clients(folder.path());
    const auto train = folder.path() / "data" / "train";
    std::filesystem::copy(train / "all_data_0_train_9.json", train / "zzz.json");
  });
  expect_same_error(plan_for(folder.path() / "data"), Status::input, "zzz.json");
}

TEST(Loading, CountsWhatItReadsAndDrops) {
  const SharedFolder folder;
  folder.fill([&] {
    write_clients(folder.path());
    std::ofstream(folder.path() / "data" / "train" / "b.json.part") << "{";
  });
  auto plan = plan_for(folder.path() / "data");
  expect_same_error(plan, Status::input, "b.json.part");
  plan.allow_partial = true;
  plan.filters = {12, 0, 5};
  const auto reading = hosting::load(world(), plan).catalogue.reading;
  const auto clients = read_serially(plan.path);
  std::int64_t samples = 0, few = 0;
  for (const auto& [id, client] : clients) {
    samples += std::ssize(client.labels);
    few += client.labels.size() < 12 ? 1 : 0;
  }
  EXPECT_EQ(reading.files, 4);
  EXPECT_EQ(reading.users, 12);
  EXPECT_EQ(reading.samples, samples);
  EXPECT_GT(few, 0);
  EXPECT_EQ(reading.dropped.min_samples, few);
  EXPECT_EQ(reading.dropped.max_samples, 0);
  EXPECT_EQ(reading.dropped.max_clients, 12 - few - 5);
  EXPECT_EQ(reading.equal_samples, 0);
  EXPECT_EQ(reading.passed_over, std::vector<std::string>{"train/b.json.part"});
}

TEST(Loading, FiltersKeepTheSameClientsAsSerially) {
  hosting::DataPlan plan;
  plan.dataset.generated = {20, 14, 4, 10};
  plan.filters = {12, 0, 10};
  const data::GeneratedFemnist generator(plan.dataset.generated, plan.dataset.seed);
  std::vector<std::string> ids, kept, loaded_ids;
  std::vector<std::int64_t> samples;
  for (std::int64_t i = 0; i < generator.clients(); ++i) {
    ids.push_back(generator.id(i));
    samples.push_back(static_cast<std::int64_t>(generator.client(i).labels.size()));
  }
  for (const auto index : data::filter_clients(ids, samples, plan.filters, plan.dataset.seed))
    kept.push_back(ids[index]);
  for (const auto& client : hosting::load(world(), plan).catalogue.clients) loaded_ids.push_back(client.id);
  EXPECT_EQ(loaded_ids, kept);
  EXPECT_LT(kept.size(), ids.size());
}

TEST(Loading, ABadFileIsEveryRanksError) {
  for (const auto* name : {"aaa.json", "mmm.json", "zzz.json"}) {  // read by different ranks
    const SharedFolder folder;
    folder.fill([&] {
      write_clients(folder.path());
      const auto folder_of_bad = name[0] == 'm' ? "test" : "train";
      std::ofstream(folder.path() / "data" / folder_of_bad / name) << R"({"users": ["u1"], "user_data": )";
    });
    expect_same_error(plan_for(folder.path() / "data"), Status::input, name);
  }
}

TEST(Loading, AMissingFolderIsEveryRanksError) {
  const SharedFolder folder;
  expect_same_error(plan_for(folder.path() / "nothing"), Status::input, "nothing");
}

TEST(Loading, TooFewClientsAreEveryRanksError) {
  hosting::DataPlan plan;
  plan.dataset.generated = {11, 12, 3, 10};
  plan.filters = {1000, 0, 0};
  expect_same_error(plan, Status::input, "");
}

/// Two equal tweets of each author, and a table that only the first rank knows the place of.
hosting::DataPlan plan_of_tweets(const SharedFolder& folder, const std::string& glove) {
  const auto path = folder.path() / "tweets.json";
  folder.fill([&] {
    std::ofstream(folder.path() / "glove.txt") << glove;
    std::ofstream out(path);
    const auto user = [](const std::string& id, const std::string& text) {
      const auto tweet = R"(["1", "d", "q", "u", ")" + text + R"(", "n"])";
      return '"' + id + R"(": {"x": [)" + tweet + ", " + tweet + R"(], "y": [1, 1]})";
    };
    out << R"({"users": ["a", "b", "c"], "user_data": {)" << user("a", "so good!") << ", "
        << user("b", "bad bad") << ", " << user("c", "good so") << "}}";
  });
  hosting::DataPlan plan;
  plan.path = path;
  plan.dataset.dataset = "sent140";
  plan.dataset.options["glove"] = (folder.path() / (world().root() ? "glove.txt" : "nowhere.txt")).string();
  return plan;
}

TEST(WordVectors, AreReadByOneRankAndLieOnceOnTheNode) {
  const SharedFolder folder;
  const auto plan = plan_of_tweets(folder, "bad 1 2\ngood 3 4\nbad 5 6\n! 7 8\n");
  const auto loaded = hosting::load(world(), plan);
  const auto vectors = loaded.vectors.tensor(at::kCPU);
  EXPECT_TRUE(at::equal(
      vectors, at::tensor({1., 2., 3., 4., 5., 6., 7., 8., 0., 0., 0., 0.}, at::kFloat).view({6, 2})));
  const std::map<std::string, data::Indices> tokens{{"a", {4, 1, 3}}, {"b", {0, 0}}, {"c", {1, 4}}};
  for (const auto& client : loaded.hosted) {
    auto tweet = tokens.at(client.id);
    tweet.resize(25, 5);
    auto expected = tweet;
    expected.insert(expected.end(), tweet.begin(), tweet.end());
    EXPECT_EQ(client.features, data::Features(expected)) << client.id;
  }

  world().wait_for_all();
  if (world().root()) vectors[2][1] = 9;
  world().wait_for_all();
  EXPECT_EQ(vectors[2][1].item<float>(), 9) << "this rank has a copy of its own";
}

TEST(WordVectors, ABadTableIsEveryRanksError) {
  const SharedFolder folder;
  expect_same_error(plan_of_tweets(folder, "bad 1 2\ngood 3\n"), Status::input, "glove.txt, line 2");
}

TEST(WordVectors, OfTheStandInAreKnownToAll) {
  hosting::DataPlan plan;
  plan.dataset.dataset = "sent140";
  plan.dataset.generated = {11, 12, 3, 10};
  const auto loaded = hosting::load(world(), plan);
  const auto expected = data::made_up_vectors(plan.dataset.seed);
  EXPECT_TRUE(at::equal(loaded.vectors.tensor(at::kCPU).flatten(), at::tensor(expected.values, at::kFloat)));
  plan.dataset.dataset = "femnist";
  EXPECT_FALSE(hosting::load(world(), plan).vectors.tensor(at::kCPU).defined());
}

TEST(Loading, ALogIsCountedByOneRank) {
  const SharedFolder folder;
  const auto log = folder.path() / "log.csv";
  folder.fill([&] {
    std::ofstream out(log);
    out << "time,user,item\n";
    for (int i = 0; i < 60; ++i) out << i << ",u" << i % 5 << ",s" << i % 7 << '\n';
  });
  hosting::DataPlan plan;
  plan.path = log;
  plan.dataset.dataset = "production";
  plan.dataset.unified = true;
  plan.dataset.path = world().root() ? log : folder.path() / "nowhere.csv";
  EXPECT_EQ(hosting::load(world(), plan).catalogue.form.shape, std::vector<std::int64_t>{103 + 5 + 7});
}

}  // namespace
}  // namespace fedmeta::federate
