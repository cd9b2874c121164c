// Tweets: how they are split into words, and how LEAF's files of them are read.
#include "data/sets/sent140.hpp"

#include <gtest/gtest.h>

#include "data/expect_error.hpp"
#include "data/sets/tokenise.hpp"
#include "data/temporary_folder.hpp"

namespace fedmeta::data {
namespace {

using Words = std::vector<std::string_view>;

TEST(Tokenise, FollowsLeafsExpression) {
  // By hand from [\w']+|[.,!?;]
  EXPECT_EQ(tokenise("", 25), Words{});
  EXPECT_EQ(tokenise(" \t\n-*(){}@#:\"/", 25), Words{});
  EXPECT_EQ(tokenise("I'm so_so, really!!", 25), (Words{"I'm", "so_so", ",", "really", "!", "!"}));
  EXPECT_EQ(tokenise("@user up  Fav!  try...and;no", 25),
            (Words{"user", "up", "Fav", "!", "try", ".", ".", ".", "and", ";", "no"}));
  EXPECT_EQ(tokenise("'quoted' 3.14 a-b http://t.co/x?y=1", 25),
            (Words{"'quoted'", "3", ".", "14", "a", "b", "http", "t", ".", "co", "x", "?", "y", "1"}));
}

TEST(Tokenise, LettersOfOtherScriptsStayInTheirWords) {
  EXPECT_EQ(tokenise("caf\u00e9 \u3084\u3063\u305f!", 25), (Words{"caf\u00e9", "\u3084\u3063\u305f", "!"}));
}

TEST(Tokenise, StopsAtTheMost) {
  EXPECT_EQ(tokenise("a b c d", 3), (Words{"a", "b", "c"}));
  EXPECT_EQ(tokenise("a b c d", 0), Words{});
}

TEST(Tokenise, LowersAsciiAlone) {
  EXPECT_EQ(lower_case("I'M \u00c9 [Z]"), "i'm \u00c9 [z]");
}

/// Rows: good 0, Bad 1, ! 2, unknown 3, padding 4.
const char* const glove = "good 1 0\nBad 0 1\n! 1 1\n";

std::string tweet(const std::string& text) {
  return R"(["1", "Mon", "NO_QUERY", "u", ")" + text + R"(", "training"])";
}

std::string user(const std::string& x, const std::string& y) {
  return R"({"users": ["u"], "user_data": {"u": {"x": [)" + x + R"(], "y": [)" + y + "]}}}";
}

Client read(const std::string& json, bool lower_case = false) {
  const test::TemporaryFolder folder;
  DatasetPlan plan;
  plan.dataset = "sent140";
  plan.options["glove"] = folder.write("glove.txt", glove).string();
  plan.options["lower-case"] = lower_case;
  return make_dataset(plan)->read(folder.write("data.json", json)).at(0);
}

Indices padded(Indices tokens) {
  tokens.resize(25, 4);
  return tokens;
}

TEST(Sent140, ReadsKnownAndUnknownWordsAndPads) {
  EXPECT_EQ(read(user(tweet("Bad good bad!"), "0")).features, Features(padded({1, 0, 3, 2})));
  EXPECT_EQ(read(user(tweet("GOOD \\u00e9 \\\"!\\\""), "0"), true).features, Features(padded({0, 3, 2})));
  EXPECT_EQ(read(user(tweet("Bad"), "0"), true).features, Features(padded({3})));  // GloVe's own case counts
  EXPECT_EQ(read(user(tweet(""), "0")).features, Features(padded({})));
}

TEST(Sent140, KeepsTheFirst25Tokens) {
  std::string text = "good";
  for (int i = 0; i < 40; ++i) text += " Bad";
  Indices expected(25, 1);
  expected[0] = 0;
  EXPECT_EQ(read(user(tweet(text), "1")).features, Features(expected));
}

TEST(Sent140, TakesTheTextFromTheFifthPlaceOfFiveOrSix) {
  EXPECT_EQ(read(user(R"(["good", "good", "good", "good", "!"])", "1")).features, Features(padded({2})));
  EXPECT_EQ(read(user(R"(["a", "b", "c", "d", "!", "good"])", "1")).features, Features(padded({2})));
}

TEST(Sent140, ReadsBothCodingsOfLabels) {
  const std::string x = tweet("a") + "," + tweet("b") + "," + tweet("c");
  EXPECT_EQ(read(user(x, "0, 1, 1.0")).labels, (std::vector<std::int32_t>{0, 1, 1}));
  EXPECT_EQ(read(user(x, R"("4", "0", "2")")).labels, (std::vector<std::int32_t>{1, 0, 0}));
}

TEST(Sent140, CountsTokensWithoutPadding) {
  const auto count = count_tokens(read(user(tweet("Bad x good y") + "," + tweet(""), "0, 1")), 5);
  EXPECT_EQ(count.tokens, 4);
  EXPECT_EQ(count.unknown, 2);
  EXPECT_EQ(count.unknown_share(), 0.5);
  EXPECT_EQ(TokenCount{}.unknown_share(), 0);
}

TEST(Sent140, SaysWhatNetworksSee) {
  const test::TemporaryFolder folder;
  DatasetPlan plan;
  plan.dataset = "sent140";
  plan.options["glove"] = folder.write("glove.txt", glove).string();
  const auto dataset = make_dataset(plan);
  const SampleForm form = dataset->form();
  EXPECT_EQ(form.shape, std::vector<std::int64_t>{25});
  EXPECT_EQ(form.width, 25);
  EXPECT_EQ(form.classes, 2);
  EXPECT_EQ(form.input, Input::tokens);
  ASSERT_NE(dataset->vectors(), nullptr);
  EXPECT_EQ(dataset->vectors()->values, (std::vector<float>{1, 0, 0, 1, 1, 1, 0, 0, 0, 0}));
}

TEST(Sent140, ReadsTweetsByASurveyAlone) {
  const test::TemporaryFolder folder;
  DatasetPlan plan;
  plan.dataset = "sent140";
  const auto words = folder.write("glove.txt", std::string(glove) + "good 5 5\n! 6 6\n");
  plan.options["glove"] = words.string();
  const auto file = folder.write("data.json", user(tweet("so good, Bad!"), "1"));
  const auto first = make_dataset(plan);
  plan.survey = first->survey();
  std::filesystem::remove(words);
  const auto second = make_dataset(plan);
  EXPECT_EQ(second->read(file).at(0).features, first->read(file).at(0).features);
  EXPECT_EQ(second->vectors(), nullptr);
}

TEST(Sent140, WithoutATableAllWordsAreUnknown) {
  const test::TemporaryFolder folder;
  const auto client = read_sent140_file(folder.write("data.json", user(tweet("a b"), "1")), {}, false).at(0);
  EXPECT_EQ(client.labels, std::vector<std::int32_t>{1});
  EXPECT_EQ(count_tokens(client, 0).unknown_share(), 1);
}

void expect_refused(const std::string& x, const std::string& y, std::initializer_list<std::string> parts) {
  test::expect_error(
      Status::input, [&] { read(user(x, y)); }, parts);
}

TEST(Sent140Error, Samples) {
  expect_refused(R"("To be")", "1", {"user u, sample 0", "not an array of strings", "sent140"});
  expect_refused("[0.5, 1]", "1", {"user u, sample 0", "other than text"});
  expect_refused("7", "1", {"user u, sample 0", "not an array"});
  expect_refused(R"(["1", "Mon", "Q", "u"])", "1", {"user u, sample 0", "4 strings instead of 5 or 6"});
  expect_refused("[]", "1", {"0 strings"});
  expect_refused(tweet("a") + R"(,["1", "2", "3", "4", "5", "6", "7"])", "1, 1",
                 {"user u, sample 1", "7 strings"});
  expect_refused(R"(["1", "Mon", "Q", "u", null, "training"])", "1", {"user u, sample 0", "other than text"});
}

TEST(Sent140Error, Labels) {
  for (const char* label : {"2", "4", "-1", "0.5", "true", "null", R"("1")", R"("")", R"("good")", "[1]"})
    expect_refused(tweet("a"), label, {"data.json, user u, label 0"});
}

TEST(Sent140Error, Lengths) {
  expect_refused(tweet("a"), "1, 0", {"user u", "`x` has 1 samples, but `y` has 2"});
}

TEST(Sent140Error, EveryTruncation) {
  const std::string good = user(tweet("so good!"), "1");
  for (std::size_t length = 0; length < good.size(); ++length)
    test::expect_error(Status::input, [&] { read(good.substr(0, length)); }, {"data.json"});
}

TEST(Sent140Error, DataNeedGloveAndTheStandInHasItsOwn) {
  const test::TemporaryFolder folder;
  DatasetPlan plan;
  plan.dataset = "sent140";
  plan.generated = sent140_paper_size;
  const auto file = folder.write("data.json", user(tweet("a"), "1"));
  test::expect_error(Status::usage, [&] { make_dataset(plan)->files(file); },
                     {"--data", "give --glove FILE"});
  test::expect_error(Status::usage, [&] { make_dataset(plan)->read(file); }, {"--data", "give --glove FILE"});
  plan.options["glove"] = folder.write("glove.txt", glove).string();
  test::expect_error(Status::usage, [&] { make_dataset(plan)->generate(0); }, {"--glove", "give --data"});
  plan.options["glove"] = (folder.path() / "none.txt").string();
  test::expect_error(Status::input, [&] { make_dataset(plan); }, {"none.txt"});
}

}  // namespace
}  // namespace fedmeta::data
