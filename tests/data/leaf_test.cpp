// The LEAF reader on small files of every shape, good and bad. Samples here are 2 x 2 with 3 classes.
#include "data/leaf/leaf.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/random.hpp"
#include "data/leaf/leaf_kind.hpp"
#include "data/packed.hpp"
#include "data/temporary_folder.hpp"

namespace fedmeta::data {
namespace {

using namespace std::string_literals;
using Bytes = std::vector<std::uint8_t>;
using Floats = std::vector<float>;

const SampleForm small_form{"femnist", {1, 2, 2}, 4, 3};

const std::string good =
    R"({"users": ["b", "a"], "num_samples": [2, 1], "user_data": {)"
    R"("b": {"x": [[1.0, 0, 0.2, 0.6], [0.00392156862745098, 1, 0.0, 0.996078431372549]], "y": [2, 0]}, )"
    R"("a": {"x": [[1.0, 1.0, 1.0, 0.5019607843137255]], "y": [1]}}})";

std::vector<Client> read(const std::string& text) {
  const test::TemporaryFolder folder;
  return read_leaf_file(folder.write("data.json", text), small_form);
}

/// One user "u" with this `x` and `y`.
std::string user(const std::string& x, const std::string& y) {
  return R"({"user_data": {"first": {"x": [], "y": []}, "u": {"x": )" + x + R"(, "y": )" + y + "}}}";
}

/// The error's line; fails the test where there is none or it is not a one-line error of bad input.
std::string error_of(const std::string& text) {
  try {
    read(text);
  } catch (const Error& error) {
    const std::string line = error.what();
    EXPECT_EQ(error.status(), Status::input);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_NE(line.find("data.json"), std::string::npos) << line;
    return line;
  }
  ADD_FAILURE() << "no error for " << text;
  return {};
}

void expect_names(const std::string& line, std::initializer_list<const char*> parts) {
  for (const char* part : parts) EXPECT_NE(line.find(part), std::string::npos) << part << " in: " << line;
}

void expect_good(const std::vector<Client>& clients, const std::string& text) {
  ASSERT_EQ(clients.size(), 2U) << text;
  EXPECT_EQ(clients[0].id, "b");
  EXPECT_EQ(clients[0].features, Features(Bytes{255, 0, 51, 153, 1, 255, 0, 254})) << text;
  EXPECT_EQ(clients[0].labels, (std::vector<std::int32_t>{2, 0}));
  EXPECT_EQ(clients[1].id, "a");
  EXPECT_EQ(clients[1].features, Features(Bytes{255, 255, 255, 128})) << text;
  EXPECT_EQ(clients[1].labels, (std::vector<std::int32_t>{1}));
}

TEST(LeafFile, ReadsUsersInFileOrder) {
  expect_good(read(good), good);
}

TEST(LeafFile, ReadsEveryKeyOrder) {
  const std::string x = R"("x": [[1.0, 0, 0.2, 0.6], [0.00392156862745098, 1, 0, 0.996078431372549]])";
  const std::string y = R"("y": [2.0, 0])";
  const std::string a = R"("a": {"y": [1], "x": [[1, 1, 1.0, 0.5019607843137255]]})";
  for (const std::string& b : {x + "," + y, y + "," + x, y + R"(, "raw": {"x": [[9]], "y": "no"},)" + x}) {
    std::vector<std::string> fields = {R"("hierarchies": ["p", null])", R"("num_samples": [7, "wrong"])",
                                       R"("user_data": {"b": {)" + b + "}, " + a + "}",
                                       R"("users": ["a", "b"])"};
    do {
      std::string text = "{" + fields[0];
      for (std::size_t i = 1; i < fields.size(); ++i) text += "," + fields[i];
      expect_good(read(text + "}\n"), text);
    } while (std::next_permutation(fields.begin(), fields.end()));
  }
}

TEST(LeafFile, NeedsNothingBesideUserData) {
  const auto clients = read(R"({"user_data": {"u": {"x": [[0,1,1,0]], "y": [1]}}})");
  ASSERT_EQ(clients.size(), 1U);
  EXPECT_EQ(clients[0].features, Features(Bytes{0, 255, 255, 0}));
}

TEST(LeafFile, ReadsUsersThatAreNotListed) {
  EXPECT_EQ(read(R"({"users": [], "user_data": {"u": {"x": [], "y": []}}})").size(), 1U);
}

TEST(LeafFile, KeepsOtherValuesAsFloatsInTheWholeFile) {
  const auto clients = read(
      R"({"user_data": {"a": {"x": [[0,1,0.2,0]], "y": [1]},
                        "b": {"x": [[1,0,0,0],[0,0.25,1,1]], "y": [1,2]}}})");
  EXPECT_EQ(clients[0].features, Features(Floats{0, 1, 0.2F, 0}));
  EXPECT_EQ(clients[1].features, Features(Floats{1, 0, 0, 0, 0, 0.25F, 1, 1}));
}

TEST(LeafFile, ByteStorageHasATolerance) {
  const auto is_bytes = [](const std::string& pixel) {
    return std::holds_alternative<Bytes>(read(user("[[0,0,1," + pixel + "]]", "[0]"))[1].features);
  };
  EXPECT_TRUE(is_bytes("0.2000009"));
  EXPECT_FALSE(is_bytes("0.2000011"));
  for (int k = 0; k <= 255; ++k) EXPECT_TRUE(is_bytes(std::to_string(k / 255.0 + (k < 255 ? 4e-7 : 0)))) << k;
}

TEST(LeafFile, MergesAUserGivenTwice) {
  const auto clients = read(
      R"({"user_data": {"u": {"x": [[0,0,0,0]], "y": [1]}, "v": {"x": [], "y": []},
                        "u": {"x": [[1,1,1,1]], "y": [2]}}})");
  ASSERT_EQ(clients.size(), 2U);
  EXPECT_EQ(clients[0].features, Features(Bytes{0, 0, 0, 0, 255, 255, 255, 255}));
  EXPECT_EQ(clients[0].labels, (std::vector<std::int32_t>{1, 2}));
}

TEST(LeafFile, ReadsPackedTextAndByteOrderMarks) {
  const std::string marked = "\xef\xbb\xbf" + good;
  for (const auto& text : {marked, test::packed(good), test::packed(marked)}) expect_good(read(text), good);
}

TEST(LeafFile, ReadsUsersThatAreNumbers) {
  const auto clients = read(
      R"({"users": [0, 17 , 2.5], "user_data": {"0": {"x": [], "y": []}, "17": {"x": [], "y": []},
                                                "2.5": {"x": [], "y": []}}})");
  ASSERT_EQ(clients.size(), 3U);
  EXPECT_EQ(clients[1].id, "17");
}

/// As arrays of other tools are written: [rows][columns], with a channel before or after.
TEST(LeafFile, ReadsImagesInRows) {
  for (const std::string x :
       {"[0, 1, 0.2, 1]", "[[0, 1], [0.2, 1]]", "[[[0, 1], [0.2, 1]]]", "[[[0], [1]], [[0.2], [1]]]"})
    EXPECT_EQ(read(user("[" + x + "]", "[2]"))[1].features, Features(Bytes{0, 255, 51, 255})) << x;
}

TEST(LeafFileError, ImagesInOtherRows) {
  const auto refused = [](const std::string& x, std::initializer_list<const char*> parts) {
    expect_names(error_of(user("[" + x + "]", "[0]")), {"user u, sample 0"});
    expect_names(error_of(user("[" + x + "]", "[0]")), parts);
  };
  refused("[[0, 1, 0, 1]]", {"1 rows of 4"});
  refused("[[0], [1], [0], [1]]", {"4 rows of 1"});
  refused("[[0, 1], [0, 1], [0, 1]]", {"3 rows of 2"});
  refused("[[0, 1, 0], [1]]", {"the rows of the sample have 3 and 1 values"});
  refused("[[0, 1], 0, 1]", {"not a number from 0 to 1"});
  refused("[0, 1, [0, 1]]", {"not a number from 0 to 1"});
  refused("[[[[0, 1], [0, 1]]]]", {"not a number from 0 to 1"});
}

TEST(LeafFileError, NamesAndTextsThatAreNone) {
  expect_names(error_of(R"({"user_data": {"a\u0000b": {"x": [], "y": []}}})"), {"user a?b", "zero byte"});
  expect_names(error_of(R"({"user_data": {"good": {"x": [], "y": []}, "a\ud800b": {"x": [], "y": []}}})"),
               {"user a\\ud800b", "lone surrogate"});
  expect_names(error_of("{\"user_data\": {\"\xff\": {}}}"), {"not UTF-8"});
}

TEST(LeafFileError, PartsThatRepeatAnother) {
  const std::string part = R"("u": {"x": [[0,0,0,0],[1,0,0,0]], "y": [1, 2]})";
  expect_names(error_of(R"({"user_data": {)" + part + ", " + part + "}}"), {"user u", "twice"});
}

TEST(LeafFile, ReadsEscapedNames) {
  EXPECT_EQ(read(R"({"users": ["\u00e9\n"], "user_data": {"\u00e9\n": {"x": [], "y": []}}})")[0].id,
            "\u00e9\n");
}

TEST(LeafFileError, NotJson) {
  for (const std::string text : {"", " ", "{", "{\"user_data\": {\"u\" 3}}"}) {
    expect_names(error_of(text), {"not JSON, or cut short", "again"});
  }
  expect_names(error_of(good + "{}"), {"follows the end"});
}

TEST(LeafFileError, EveryTruncation) {
  for (std::size_t length = 0; length < good.size(); ++length) error_of(good.substr(0, length));
}

TEST(LeafFileError, OtherShapes) {
  for (const char* text : {"[1, 2]", "3", "hello"}) expect_names(error_of(text), {"not a JSON object"});
  expect_names(error_of("{}"), {"no `user_data`"});
  expect_names(error_of(R"({"users": ["u"], "num_samples": [1]})"), {"no `user_data`"});
  expect_names(error_of(R"({"user_data": []})"), {"`user_data` is not an object"});
  expect_names(error_of(R"({"user_data": {"u": [1]}})"), {"user u", "not an object"});
  expect_names(error_of(R"({"user_data": {"u": {"y": []}}})"), {"user u", "no `x`"});
  expect_names(error_of(R"({"user_data": {"u": {"x": []}}})"), {"user u", "no `y`"});
  expect_names(error_of(R"({"user_data": {"u": {"x": [], "y": [], "x": []}}})"),
               {"user u", "`x` is given twice"});
  expect_names(error_of(R"({"users": "u", "user_data": {}})"), {"`users` is not an array"});
  expect_names(error_of(user("{}", "[]")), {"user u", "`x` is not an array"});
  expect_names(error_of(user("[1]", "[0]")), {"user u, sample 0", "not an array"});
  expect_names(error_of(user("[[0,0,0,[0]]]", "[0]")), {"user u, sample 0", "not a number"});
  expect_names(error_of(user("[]", "3")), {"user u", "`y` is not an array"});
}

TEST(LeafFileError, OtherDataSets) {
  expect_names(error_of(user(R"(["To be, or not"])", R"(["t"])")), {"user u, sample 0", "shakespeare"});
  expect_names(error_of(user(R"([["1", "Mon", "NO_QUERY", "u", "text", "training"]])", "[0]")),
               {"user u, sample 0", "sent140"});
}

TEST(LeafFileError, ListedUserWithoutData) {
  expect_names(error_of(R"({"users": ["u", "v"], "user_data": {"u": {"x": [], "y": []}}})"),
               {"user v", "listed"});
}

TEST(LeafFileError, Lengths) {
  expect_names(error_of(user("[[0,0,0,0],[0,0,0,0]]", "[1]")),
               {"user u", "`x` has 2 samples, but `y` has 1"});
  expect_names(error_of(user("[]", "[1]")), {"user u", "`x` has 0 samples, but `y` has 1"});
  expect_names(error_of(user("[[0,0,0,0],[0,0,0]]", "[1,1]")), {"user u, sample 1", "3 values instead of 4"});
  expect_names(error_of(user("[[0,0,0,0,7]]", "[1]")), {"user u, sample 0", "5 values instead of 4"});
}

TEST(LeafFileError, Pixels) {
  for (const std::string pixel :
       {"1.01", "-0.001", "255", "NaN", "Infinity", "-Infinity", "1e999", "null", "true"}) {
    expect_names(error_of(user("[[0,0,0,0],[0," + pixel + ",0,0]]", "[1,1]")),
                 {"user u, sample 1", ("the pixel " + pixel).c_str(), "from 0 to 1"});
  }
}

TEST(LeafFileError, Labels) {
  for (const std::string label : {"3", "-1", "0.5", "1e30"}) {
    expect_names(error_of(user("[[0,0,0,0],[0,0,0,0]]", "[1," + label + "]")),
                 {"user u, label 1", "whole number from 0 to 2"});
  }
  expect_names(error_of(user("[[0,0,0,0]]", R"(["a"])")), {"user u, label 0", "not a number"});
}

TEST(LeafFileError, NamesAreFitForOneLine) {
  expect_names(error_of(R"({"user_data": {"a\nb": {"x": [], "y": [0]}}})"), {"user a?b"});
}

TEST(LeafFileError, UnreadableFile) {
  try {
    read_leaf_file("/nowhere/data.json", small_form);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::input);
    expect_names(error.what(), {"/nowhere/data.json", "No such file"});
  }
}

/// Bytes flipped, dropped and doubled at random: the reader must read the file or refuse it.
TEST(LeafFile, SurvivesMutations) {
  const test::TemporaryFolder folder;
  const std::string alphabet = "{}[]\",:\\0123456789.eE+-xy \n\0\xff"s;
  int refused = 0;
  for (std::uint64_t trial = 0; trial < 4000; ++trial) {
    Random random(1, "mutation", {trial});
    std::string text = good;
    for (std::uint64_t n = 1 + random.below(4); n > 0; --n) {
      const std::size_t at = random.below(text.size());
      switch (random.below(4)) {
        case 0:
          text[at] = static_cast<char>(text[at] ^ (1 << random.below(8)));
          break;
        case 1:
          text[at] = alphabet[random.below(alphabet.size())];
          break;
        case 2:
          text.erase(at, 1 + random.below(6));
          break;
        default:
          text.insert(at, text.substr(random.below(text.size()), random.below(12)));
      }
    }
    if (random.below(4) == 0) text.resize(random.below(text.size()));
    try {
      read_leaf_file(folder.write("data.json", text), small_form);
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::input);
      ++refused;
    }
  }
  EXPECT_GT(refused, 2000);
  EXPECT_LT(refused, 4000);
}

TEST(Append, MixesBytesAndFloats) {
  Client client{"u", Bytes{51}, {0}};
  append(client, {"u", Floats{0.5F}, {1}});
  append(client, {"u", Bytes{255}, {2}});
  EXPECT_EQ(client.features, Features(Floats{0.2F, 0.5F, 1}));
  EXPECT_EQ(client.labels, (std::vector<std::int32_t>{0, 1, 2}));
}

/// Each level took a call, and so did a million of them.
TEST(LeafKind, LooksNoDeeperThanSamplesAre) {
  const test::TemporaryFolder folder;
  const auto look = [&](const std::string& x) {
    return first_leaf_sample(folder.write("data.json", R"({"user_data": {"u": {"x": [)" + x));
  };
  const LeafSample four{LeafSample::Kind::numbers, 4};
  EXPECT_EQ(look("[[[1], [2]], [[3], [4]]]]}}}"), four);
  EXPECT_NE(look(std::string(1'000'000, '[')), four);
  EXPECT_NE(look(std::string(1'000'000, '[') + std::string(1'000'000, ']') + "]}}}"), four);
}

}  // namespace
}  // namespace fedmeta::data
