// Data that are missing or wrong: status 3, and a line that says where, alone and on four ranks.

#include <gtest/gtest.h>

#include <filesystem>

#include "cli/refusal.hpp"
#include "cli/statuses.hpp"
#include "data/temporary_folder.hpp"

namespace fedmeta::test {
namespace {

std::string repeated(const std::string& item, int count) {
  std::string text = "[";
  for (int i = 0; i < count; ++i) text += (i ? ", " : "") + item;
  return text + "]";
}

const std::string image = repeated("0.5", 784);

std::string with_pixel(const std::string& value) {
  auto text = repeated("0.5", 783);
  text.pop_back();
  return text + ", " + value + "]";
}

std::string samples(const std::string& images, const std::string& labels) {
  return "{\"x\": " + images + ", \"y\": " + labels + "}";
}

/// Twelve users with two samples each; the data of one of them, "u07", are given.
std::string document(const std::string& odd_one) {
  std::string users, data;
  for (int u = 0; u < 12; ++u) {
    const std::string id = (u < 10 ? "\"u0" : "\"u") + std::to_string(u) + "\"";
    users += (u ? ", " : "") + id;
    data += (u ? ", " : "") + id + ": " + (u == 7 ? odd_one : samples(repeated(image, 2), "[1, 2]"));
  }
  return R"({"users": [)" + users + R"(], "user_data": {)" + data + "}}";
}

class Input : public testing::Test {
 protected:
  std::string file(const std::string& text) const { return folder_.write("data.json", text).string(); }

  /// Data with these samples of user u07 are refused, at status 3, with the user's name.
  void expect_bad_user(const std::string& odd_one, std::vector<std::string> words) const {
    words.emplace_back("user u07");
    expect_refused_everywhere({"--data", file(document(odd_one)), "--min-samples", "0", "--clients-per-round",
                               "2", "--output", output()},
                              bad_input, words);
    EXPECT_FALSE(std::filesystem::exists(output()));
  }
  std::string output() const { return (folder_.path() / "results.h5").string(); }

  TemporaryFolder folder_;
};

TEST_F(Input, MissingFolder) {
  expect_refused_everywhere({"--data", "/no/such/folder"}, bad_input, {"/no/such/folder", "--data"});
}

TEST_F(Input, EmptyFolder) {
  expect_refused_everywhere({"--data", folder_.path().string()}, bad_input,
                            {folder_.path().string(), "*.json"});
}

TEST_F(Input, TruncatedJson) {
  const auto text = document(samples(repeated(image, 2), "[1, 2]"));
  expect_refused_everywhere({"--data", file(text.substr(0, text.size() / 2))}, bad_input, {"data.json"});
  expect_refused({"--data", file("")}, bad_input, {"data.json"});
}

TEST_F(Input, JsonOfAnotherShape) {
  expect_refused_everywhere({"--data", file("[1, 2, 3]")}, bad_input, {"data.json", "user_data"});
  expect_refused({"--data", file(R"({"a": 1})")}, bad_input, {"data.json", "user_data"});
  expect_refused({"--data", file(R"({"user_data": {"u": 5}})")}, bad_input, {"data.json"});
}

TEST_F(Input, ImagesAndLabelsOfDifferentCount) {
  expect_bad_user(samples(repeated(image, 3), "[1, 2]"), {"3", "2", "data.json"});
}

TEST_F(Input, ImageOfAnotherSize) {
  expect_bad_user(samples("[[0.5, 0.5], " + image + "]", "[1, 2]"), {"784", "data.json"});
}

TEST_F(Input, PixelOutOfRange) {
  expect_bad_user(samples("[" + image + ", " + with_pixel("1.5") + "]", "[1, 2]"),
                  {"pixel 1.5", "data.json", "sample 1"});
}

TEST_F(Input, PixelNotANumber) {
  expect_bad_user(samples("[" + image + ", " + with_pixel("NaN") + "]", "[1, 2]"),
                  {"pixel NaN", "data.json", "sample 1"});
}

TEST_F(Input, LabelOutOfRange) {
  expect_bad_user(samples(repeated(image, 2), "[1, 62]"), {"0 to 61", "data.json", "label 1"});
}

TEST_F(Input, UserWithOneSample) {
  expect_bad_user(samples(repeated(image, 1), "[1]"), {"--min-samples"});
}

TEST_F(Input, NoClientLeft) {
  expect_refused_everywhere({"--generated-clients", "12", "--min-samples", "5000"}, bad_input,
                            {"no client is left", "--min-samples 5000"});
}

}  // namespace
}  // namespace fedmeta::test
