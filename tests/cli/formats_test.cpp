// Bad input in each format that is not FEMNIST's JSON (input_test.cpp), alone and on four ranks.

#include <gtest/gtest.h>

#include <filesystem>

#include "cli/program.hpp"
#include "cli/refusal.hpp"
#include "cli/statuses.hpp"
#include "data/temporary_folder.hpp"

namespace fedmeta::test {
namespace {

namespace fs = std::filesystem;

class Format : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) const {
    return folder_.write(name, text).string();
  }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  /// Refused with `words`, and no results under whatever name.
  void expect_bad(std::vector<std::string> arguments, const std::vector<std::string>& words) const {
    const auto results = folder_.path() / "results";
    arguments.insert(arguments.end(), {"--output", (results / "run.h5").string()});
    expect_refused_everywhere(arguments, bad_input, words);
    EXPECT_TRUE(!fs::exists(results) || fs::is_empty(results));
  }

  TemporaryFolder folder_;
};

class Log : public Format {
 protected:
  /// The second of three records, which is line 3.
  void expect_bad_row(const std::string& row, const std::vector<std::string>& words) const {
    const auto log = write("log.csv", "user,time,item\na,1,x\n" + row + "\nb,3,x\n");
    auto all = words;
    all.emplace_back("log.csv, line 3");
    expect_bad({"--dataset", "production", "--data", log}, all);
  }
};

TEST_F(Log, RowWithTooFewFields) {
  expect_bad_row("a,2", {"2 fields instead of 3"});
}
TEST_F(Log, RowWithAnEmptyField) {
  expect_bad_row("a,2,", {"the item is missing"});
}
TEST_F(Log, RowWithAMalformedTime) {
  expect_bad_row("a,yesterday,y", {"the time \"yesterday\" is not a time"});
}

TEST_F(Log, HeaderWithoutAColumn) {
  expect_bad({"--dataset", "production", "--data", write("log.csv", "user,time\na,1\n")},
             {"column item", "log.csv, line 1"});
}

class Plays : public Format {};

TEST_F(Plays, TextWithoutRoles) {
  expect_bad({"--dataset", "shakespeare", "--data", write("plays.txt", "To be, or not to be.\n")},
             {"no role", "plays.txt"});
}

/// LEAF JSON of one user whose windows are given.
std::string windows(const std::string& user, const std::string& all) {
  return R"({"users": [")" + user + R"("], "user_data": {")" + user + R"(": {"x": [)" + all +
         R"(], "y": ["a", "b"]}}})";
}

/// Four files, so that each of four ranks reads one; the third is wrong.
TEST_F(Plays, WindowOfAnotherLength) {
  const std::string window = '"' + std::string(80, 'a') + '"', shorter = '"' + std::string(79, 'a') + '"';
  for (const std::string user : {"a", "b", "c", "d"}) {
    const auto second = user == "c" ? shorter : window;
    write(user + ".json", windows(user, window + ", " + second));
  }
  expect_bad({"--dataset", "shakespeare", "--data", folder_.path().string()},
             {"79 characters instead of 80", "c.json, user c, sample 1"});
}

class Tweets : public Format {
 protected:
  void expect_bad_vectors(const std::string& vectors, const std::vector<std::string>& words) const {
    const auto tweets =
        write("tweets.json",
              R"({"users": ["u"], "user_data": {"u": {"x": [["1", "d", "q", "u", "the of", "n"]],
                                 "y": [1]}}})");
    const auto glove = write("glove.txt", vectors);
    expect_bad({"--dataset", "sent140", "--data", tweets, "--glove", glove}, words);
  }
};

TEST_F(Tweets, WordVectorOfAnotherWidth) {
  expect_bad_vectors("the 0.1 0.2\nof 0.3\n", {"1 numbers instead of 2", "glove.txt, line 2"});
}
TEST_F(Tweets, WordVectorWithAMalformedNumber) {
  expect_bad_vectors("the 0.1 0.2\nof 0.3 x\n", {"malformed number", "glove.txt, line 2"});
}

TEST_F(Format, DataFileThatIsCutOff) {
  const auto file = path("data.h5");
  ASSERT_EQ(run_data({"generate", "femnist", "--clients", "2", "--output", file}).status, 0);
  fs::resize_file(file, fs::file_size(file) / 2);
  expect_bad({"--data", file}, {"data.h5"});
}

}  // namespace
}  // namespace fedmeta::test
