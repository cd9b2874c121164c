// CSV logs, good and bad.
#include "data/sets/production_log.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "base/error.hpp"
#include "data/dataset.hpp"
#include "data/sets/use_log_writer.hpp"
#include "data/stand_in/prodsim.hpp"
#include "data/temporary_folder.hpp"

namespace fedmeta::data {
namespace {

using test::TemporaryFolder;

/// The example of docs/data.md.
constexpr const char* example =
    "user,time,item,category,battery,place\n"
    "ann,2017-01-02T08:00:00,mail,3,95,0\n"
    "bob,2017-01-02T08:01:00,news,5,40.5,1\n"
    "ann,2017-01-02T08:05:00,mail,3,94,0\n"
    "ann,2017-01-02T12:30:00,maps,7,61,2\n";

/// With a log, of one numbering for all users.
DatasetPlan plan_of(const std::filesystem::path& log = {}) {
  DatasetPlan plan;
  plan.dataset = "production";
  plan.unified = !log.empty();
  plan.path = log;
  return plan;
}

TEST(ProductionLog, ReadsTheDocumentedExample) {
  const TemporaryFolder folder;
  const UseLog log = read_use_log(folder.write("log.csv", example));
  EXPECT_EQ(log.services, (std::vector<std::string>{"mail", "maps", "news"}));
  ASSERT_EQ(log.users.size(), 2U);
  EXPECT_EQ(log.users[0].user, "ann");
  ASSERT_EQ(log.users[0].records.size(), 3U);
  const UseRecord& maps = log.users[0].records[2];
  EXPECT_EQ(maps.time, 1483360200);  // date -u -d '2017-01-02T12:30:00' +%s
  EXPECT_EQ(maps.service, 1);
  EXPECT_EQ(maps.category, 7);
  EXPECT_EQ(maps.battery, 6);
  EXPECT_EQ(maps.place, 2);
  EXPECT_TRUE(maps.after_pause);
  EXPECT_FALSE(log.users[0].records[1].after_pause);  // five minutes
  EXPECT_EQ(log.users[1].records[0].battery, 4);
}

TEST(ProductionLog, SortsEachUserByTimeAndLeavesContextAndLineEndsOpen) {
  const TemporaryFolder folder;
  const UseLog log =
      read_use_log(folder.write("log.csv",
                                "\xef\xbb\xbftime,item,user\r\n1000,b,x\r\n900,a,x\r\n1000,c,x\r\n2017-01-02 "
                                "00:00:00Z,a,w\r\n1750,d,x"));
  ASSERT_EQ(log.users.size(), 2U);
  EXPECT_EQ(log.users[0].user, "w");
  EXPECT_EQ(log.users[0].records[0].time, 1483315200);
  std::string items;
  for (const auto& record : log.users[1].records) items += log.services[record.service];
  EXPECT_EQ(items, "abcd");
  EXPECT_EQ(log.users[1].records[0].category, -1);
  EXPECT_EQ(log.users[1].records[0].battery, -1);
  EXPECT_EQ(log.users[1].records[0].place, -1);
  EXPECT_TRUE(log.users[1].records[3].after_pause);  // 750 s is no longer short
}

/// Item i occurs 50 - i times; of 41 items the first 36 stay, of 40 all.
TEST(ProductionLog, CutsUsersOfMoreThan40ServicesTo36) {
  const TemporaryFolder folder;
  for (const int services : {40, 41}) {
    std::string text = "user,time,item\n";
    for (int i = 0; i < services; ++i)
      for (int use = 0; use < 50 - i; ++use)
        text += "u," + std::to_string(1000 * use + i) + ",i" + std::to_string(i) + "\n";
    const UseLog log = read_use_log(folder.write("log.csv", text));
    std::map<std::string, int> uses;
    for (const auto& record : log.users[0].records) ++uses[log.services[record.service]];
    EXPECT_EQ(uses.size(), services == 40 ? 40U : 36U);
    EXPECT_EQ(uses.count("i35"), 1U);
    EXPECT_EQ(uses.count("i36"), services == 40 ? 1U : 0U);
    EXPECT_EQ(uses["i35"], 15);
    EXPECT_NO_THROW(encode_uses("u", log.users[0].records));
  }
}

/// A simulated user written out and read again. Only the kind of gap is not in the log.
TEST(ProductionLog, ReadsBackWhatProdSimLived) {
  const TemporaryFolder folder;
  const ProdSim simulated({2, 2000, 50, 100}, 1);
  std::ostringstream text;
  write_use_header(text);
  for (std::int64_t index : {1, 0}) write_use_rows(text, simulated.id(index), simulated.records(index));
  const auto clients = make_dataset(plan_of())->read(folder.write("log.csv", text.str()));
  ASSERT_EQ(clients.size(), 2U);
  for (std::int64_t index : {0, 1}) {
    const auto made = encode_uses(simulated.id(index), simulated.records(index));
    const Client& read = clients[static_cast<std::size_t>(index)];
    EXPECT_EQ(read.id, made.id);
    EXPECT_EQ(read.labels, made.labels);
    const auto &a = std::get<Indices>(read.features), &b = std::get<Indices>(made.features);
    ASSERT_EQ(a.size(), b.size());
    std::size_t other_gaps = 0;
    for (std::size_t k = 0; k < a.size(); ++k) {
      if (k % 7 == 5)
        other_gaps += a[k] != b[k];
      else
        ASSERT_EQ(a[k], b[k]) << k;
    }
    EXPECT_LT(other_gaps, made.labels.size() / 16);  // e^-(12.5/3) / 2 + (1 - e^-(12.5/180)) / 2 = 4%
  }
}

TEST(ProductionLog, UnifiedNumbersTheUsersAndServicesOfTheLog) {
  const TemporaryFolder folder;
  const auto file = folder.write("log.csv", example);
  const auto dataset = make_dataset(plan_of(file));
  EXPECT_EQ(dataset->form().shape, (std::vector<std::int64_t>{103 + 2 + 3}));
  EXPECT_EQ(dataset->form().classes, 3);
  EXPECT_EQ(dataset->source(file), "csv");
  EXPECT_EQ(dataset->files(file).read, std::vector<std::filesystem::path>{file});
  const auto clients = dataset->read(file);
  EXPECT_EQ(clients[1].labels, (std::vector<std::int32_t>{2}));
  EXPECT_EQ(std::get<Indices>(clients[1].features)[7], 103 + 1);
  EXPECT_EQ(std::get<Indices>(clients[0].features)[9 + 8], 103 + 2 + 0);

  const auto other = folder.write("other.csv", "user,time,item\nann,1,mail\n");
  EXPECT_THROW(dataset->read(other), Error);
}

struct Bad {
  const char* text;
  const char* what;
  const char* where;
};

TEST(ProductionLog, RefusesWhatIsNotOfTheFormatAndSaysWhere) {
  const TemporaryFolder folder;
  const Bad all[] = {
      {"", "the file is empty", "log.csv"},
      {"user,time,item\n", "no rows follow the header", "line 1"},
      {"user,time\nu,1\n", "lacks the column item", "line 1"},
      {"u,1,a\nu,2,b\n", "unknown or repeated column \"u\"", "line 1"},
      {"user,time,item,user\nu,1,a,u\n", "unknown or repeated column \"user\"", "line 1"},
      {"user,time,item,mood\nu,1,a,9\n", "column \"mood\"", "line 1"},
      {"user,time,item\nu,1,a\nu,2\n", "2 fields instead of 3", "line 3"},
      {"user,time,item\nu,1,a,b\n", "4 fields instead of 3", "line 2"},
      {"user,time,item\nu,1,a\n\nu,2,a\n", "1 fields instead of 3", "line 3"},
      {"user,time,item\nu,1,\"a\"\n", "quotes", "line 2"},
      {"user,time,item\n,1,a\n", "the user is missing", "line 2"},
      {"user,time,item\nu,,a\n", "the time is missing", "line 2"},
      {"user,time,item\nu,1,\n", "the item is missing", "line 2"},
      {"user,time,item\nu,soon,a\n", "the time \"soon\" is not a time", "line 2"},
      {"user,time,item\nu,-1,a\n", "is not a time", "line 2"},
      {"user,time,item\nu,1.5,a\n", "is not a time", "line 2"},
      {"user,time,item\nu,1483360200000,a\n", "is not a time", "line 2"},  // milliseconds
      {"user,time,item\nu,2017-02-29T00:00:00,a\n", "is not a time", "line 2"},
      {"user,time,item\nu,2017-02-28T24:00:00,a\n", "is not a time", "line 2"},
      {"user,time,item\nu,2017-02-28T00:00:00+01:00,a\n", "is not a time", "line 2"},
      {"user,time,item,battery\nu,1,a,nan\n", "the battery \"nan\" is not a number", "line 2"},
      {"user,time,item,battery\nu,1,a,100.1\n", "the battery", "line 2"},
      {"user,time,item,battery\nu,1,a,-1\n", "the battery", "line 2"},
      {"user,time,item,battery\nu,1,a,\n", "the battery is missing", "line 2"},
      {"user,time,item,category\nu,1,a,14\n", "the category \"14\"", "line 2"},
      {"user,time,item,category\nu,1,a,games\n", "the category \"games\"", "line 2"},
      {"user,time,item,place\nu,1,a,6\n", "the place \"6\"", "line 2"},
  };
  for (const Bad& bad : all) {
    const auto file = folder.write("log.csv", bad.text);
    for (const bool counting : {false, true}) {
      try {
        if (counting)
          count_use_log(file);
        else
          read_use_log(file);
        ADD_FAILURE() << bad.text;
      } catch (const Error& error) {
        EXPECT_EQ(error.status(), Status::input);
        const std::string line = error.what();
        EXPECT_NE(line.find(bad.what), std::string::npos) << line;
        EXPECT_NE(line.find(file.string()), std::string::npos) << line;
        EXPECT_NE(line.find(bad.where), std::string::npos) << line;
      }
    }
  }
}

TEST(ProductionLog, RefusesPathsThatAreNoFile) {
  const TemporaryFolder folder;
  const auto dataset = make_dataset(plan_of());
  EXPECT_THROW(dataset->files(folder.path()), Error);
  EXPECT_THROW(dataset->files(folder.path() / "none.csv"), Error);
  EXPECT_THROW(read_use_log(folder.path() / "none.csv"), Error);
  EXPECT_THROW(read_use_log(folder.path()), Error);
  EXPECT_THROW(dataset->leaf_text(), Error);
}

}  // namespace
}  // namespace fedmeta::data
