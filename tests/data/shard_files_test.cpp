// What of a folder is read, and what looks like data and is not.
#include "data/leaf/shard_files.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "data/expect_error.hpp"
#include "data/temporary_folder.hpp"

namespace fedmeta::data {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

class ShardFiles : public testing::Test {
 protected:
  void write(std::initializer_list<const char*> names) const {
    for (const char* name : names) folder_.write(name, "{}");
  }
  Names read() const {
    Names names;
    for (const auto& file : shard_files(folder_.path()).read)
      names.push_back(file.lexically_relative(folder_.path()).generic_string());
    return names;
  }
  Names passed_over() const { return names_of(shard_files(folder_.path()).passed_over, folder_.path()); }

  test::TemporaryFolder folder_;
};

TEST_F(ShardFiles, ReadsPackedOnesInTheSameOrder) {
  write({"b.json", "a.json.gz", "a_1.json", "a_10.json.gz", "a_2.json"});
  EXPECT_EQ(read(), (Names{"a.json.gz", "a_1.json", "a_10.json.gz", "a_2.json", "b.json"}));
  EXPECT_TRUE(passed_over().empty());
}

TEST_F(ShardFiles, TrainComesBeforeTest) {
  write({"test/a.json", "train/c.json.gz", "train/b.json"});
  EXPECT_EQ(read(), (Names{"train/b.json", "train/c.json.gz", "test/a.json"}));
}

TEST_F(ShardFiles, NotesAndHiddenFilesAreNoData) {
  write({"a.json", "README", "README.md", "LICENSE.txt", "a.json.md5", "a.json.sha256", ".b.json",
         "dir-checksum.md5", "x.h5", "glove.6B.zip", "vectors.txt.gz", "notes/a.txt", ".cache/a.json",
         "b/.c.json"});
  EXPECT_TRUE(passed_over().empty());
}

TEST_F(ShardFiles, StagesOfLeafAreNotPassedOverBesideTheirResult) {
  write({"train/a.json", "test/a.json", "all_data/a.json", "sampled_data/a.json", "rem_user_data/a.json",
         "raw_data/images.zip", "intermediate/a.json"});
  EXPECT_TRUE(passed_over().empty());
}

TEST_F(ShardFiles, ListsWhatLooksLikeAShard) {
  for (const char* name :
       {"b.JSON",     "b.json.part", "b.json.bz2",    "b.json.xz",       "b.json.zst",
        "b.json.zip", "b.JSON.GZ",   "b.jsonl",       "b.json~",         "b.json (1)",
        "rest.zip",   "rest.tar.gz", "rest.tgz",      "rest.gz",         "rest.xz",
        "rest.7z",    "sub/b.json",  "sub/b.json.gz", "sub/deep/b.json", "all_data/b.json"}) {
    const test::TemporaryFolder folder;
    folder.write("a.json", "{}");
    folder.write(name, "{}");
    const auto files = shard_files(folder.path());
    EXPECT_EQ(files.read.size(), 1U) << name;
    const std::string listed = name[0] == 's' ? "sub" : name[0] == 'a' ? "all_data" : name;
    EXPECT_EQ(names_of(files.passed_over, folder.path()), Names{listed});
    test::expect_error(Status::input, [&] { refuse_passed_over(files.passed_over); },
                       {listed, "--allow-partial"});
  }
}

TEST_F(ShardFiles, ListsWhatLiesBesideTrainAndTest) {
  for (const char* name : {"test.zip", "test.tar.gz", "test", "Test/a.json", "validation/a.json", "z.json",
                           "z.json.gz", "train/sub/b.json", "train/b.JSON"}) {
    const test::TemporaryFolder folder;
    folder.write("train/a.json", "{}");
    folder.write(name, "{}");
    const auto files = shard_files(folder.path());
    EXPECT_EQ(files.read.size(), 1U) << name;
    EXPECT_EQ(files.passed_over.size(), 1U) << name;
  }
}

TEST_F(ShardFiles, ListsASideWithoutFiles) {
  write({"train/a.json", "test/README"});
  EXPECT_EQ(passed_over(), Names{"test"});
}

TEST_F(ShardFiles, ListsWhatCannotBeOpened) {
  write({"a.json"});
  fs::create_symlink("/nowhere/b.json", folder_.path() / "b.json");
  fs::create_symlink("/nowhere/shard", folder_.path() / "c");
  fs::create_directories(folder_.path() / "d.json");
  EXPECT_EQ(read(), Names{"a.json"});
  EXPECT_EQ(passed_over(), (Names{"b.json", "c", "d.json"}));
  fs::create_symlink(folder_.path() / "a.json", folder_.path() / "linked.json");
  EXPECT_EQ(read(), (Names{"a.json", "linked.json"}));
}

TEST_F(ShardFiles, AFileIsItself) {
  write({"a.json", "b.JSON"});
  const auto files = shard_files(folder_.path() / "a.json");
  EXPECT_EQ(files.read, std::vector<fs::path>{folder_.path() / "a.json"});
  EXPECT_TRUE(files.passed_over.empty());
}

TEST_F(ShardFiles, NothingToReadIsAnError) {
  test::expect_error(Status::input, [&] { shard_files(folder_.path() / "none"); }, {"none"});
  test::expect_error(Status::input, [&] { shard_files(folder_.path()); },
                     {folder_.path().string(), "*.json"});
  write({"a.json.bz2"});
  test::expect_error(Status::input, [&] { shard_files(folder_.path()); }, {"no *.json", "a.json.bz2"});
}

TEST(PassedOverList, NamesTheFirstOnes) {
  EXPECT_EQ(passed_over_list({"a", "b"}), "a, b");
  EXPECT_EQ(passed_over_list({"a", "b", "c", "d", "e", "f", "g"}), "a, b, c, d, e and 2 more");
}

TEST(IsLeafFile, ByNameOrByContent) {
  const test::TemporaryFolder folder;
  for (const char* name : {"a.json", "a.json.gz", "a.JSON", "a.json.bz2"})
    EXPECT_TRUE(is_leaf_file(folder.write(name, "x"))) << name;
  EXPECT_TRUE(is_leaf_file(folder.write("a.txt", "\xef\xbb\xbf\n {\"user_data\": {}}")));
  EXPECT_FALSE(is_leaf_file(folder.write("b.txt", "user,time,item\n")));
}

}  // namespace
}  // namespace fedmeta::data
