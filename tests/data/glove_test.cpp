// GloVe files, good and bad.
#include "data/sets/glove.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <vector>

#include "data/expect_error.hpp"
#include "data/temporary_folder.hpp"

namespace fedmeta::data {
namespace {

WordTable read(std::string_view text) {
  const test::TemporaryFolder folder;
  return read_glove(folder.write("words.txt", text));
}

void expect_refused(std::string_view text, std::initializer_list<std::string> parts) {
  test::expect_error(
      Status::input, [&] { read(text); }, parts);
}

TEST(Glove, ReadsWordsInFileOrderAndAddsTwoRowsOfZeros) {
  const auto table = read("the 0.5 -1 2e-3\n. 4 5 6\nit's -.25 .5 1\n");
  EXPECT_EQ(table.vectors.words, 5);
  EXPECT_EQ(table.vectors.width, 3);
  EXPECT_EQ(table.vectors.values,
            (std::vector<float>{0.5F, -1, 2e-3F, 4, 5, 6, -0.25F, 0.5F, 1, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(table.rows, (WordRows{{"the", 0}, {".", 1}, {"it's", 2}}));
  EXPECT_EQ(unknown_row(5), 3);
  EXPECT_EQ(padding_row(5), 4);
}

TEST(Glove, ReadsWhatEditorsAndOtherToolsLeave) {
  const auto expected = read("a 1 2\nb 3 4\n");
  for (const char* text : {"a 1 2\nb 3 4", "a 1 2\r\nb 3 4\r\n", "a 1 2 \nb 3 4 \n"}) {
    EXPECT_EQ(read(text).vectors.values, expected.vectors.values) << text;
    EXPECT_EQ(read(text).rows, expected.rows) << text;
  }
}

TEST(Glove, OfAWordGivenTwiceTheFirstCounts) {
  const auto table = read("a 1\nb 2\na 3\n");
  EXPECT_EQ(table.vectors.words, 5);
  EXPECT_EQ(table.rows, (WordRows{{"a", 0}, {"b", 1}}));
}

TEST(Glove, AByteOrderMarkIsNoPartOfAWord) {
  EXPECT_EQ(read("\xef\xbb\xbfthe 1 2\nof 3 4\n").rows, (WordRows{{"the", 0}, {"of", 1}}));
}

/// As some words of glove.840B have.
TEST(Glove, WordsMayHoldBlanks) {
  for (const std::string first : {"the 1 2\n", ". . . 1 2\n"}) {
    const auto table = read(first + ". . . . 3 4\nat name@domain.com 5 6\n1/2 x 7 8 \n");
    EXPECT_EQ(table.vectors.width, 2);
    EXPECT_EQ(table.vectors.words, 6);
    EXPECT_TRUE(table.rows.contains(". . . ."));
    EXPECT_EQ(table.rows.at("at name@domain.com"), 2);
    EXPECT_EQ(table.rows.at("1/2 x"), 3);
    EXPECT_EQ(table.vectors.values[4], 5);
  }
}

TEST(Glove, ReadsTheHeaderOfWord2vec) {
  const auto table = read("2 3\na 1 2 3 \nb 4 5 6 \n");
  EXPECT_EQ(table.vectors.words, 4);
  EXPECT_EQ(table.vectors.width, 3);
  EXPECT_EQ(table.rows, (WordRows{{"a", 0}, {"b", 1}}));
  expect_refused("3 3\na 1 2 3\nb 4 5 6\n", {"words.txt", "2 words", "says 3"});  // cut short
  expect_refused("2 4\na 1 2 3\nb 4 5 6\n", {"words.txt, line 2", "3 numbers instead of 4"});
}

TEST(Glove, RefusesLinesOfAnotherWidth) {
  expect_refused("a 1 2\nb 1\n", {"words.txt, line 2", "1 numbers instead of 2"});
  expect_refused("a 1 2\nb 1 2\nc 1 2 3\n", {"words.txt, line 3", "3 numbers instead of 2"});
}

TEST(Glove, RefusesMalformedNumbers) {
  for (const std::string number : {"x", "1x", "nan", "inf", "1e99", "0x1p3", "", "1,5", "+1", "--1"})
    expect_refused("a 1 2 3\nb 1 " + number + " 3\n", {"words.txt, line 2", "malformed number `" + number});
}

TEST(Glove, RefusesOtherLines) {
  for (const std::string line : {"", " ", "word", " 1 2", "\t"})
    expect_refused("a 1 2\n" + line + "\nb 1 2\n", {"words.txt, line 2"});
  expect_refused(std::string("a 1 2\n\x1f\x8b\x08 \x01\n", 13), {"words.txt, line 2"});
}

TEST(Glove, RefusesEmptyAndMissingFiles) {
  expect_refused("", {"empty", "words.txt"});
  test::expect_error(Status::input, [] { read_glove("/nowhere/words.txt"); }, {"/nowhere/words.txt"});
  const test::TemporaryFolder folder;
  test::expect_error(Status::input, [&] { read_glove(folder.path()); }, {folder.path().string()});
}

TEST(Glove, ReadsBackExactlyWhatItWrote) {
  const WordVectors vectors{5, 2, {0.1F, -1e-30F, 3.4e38F, 1.0F / 3, -0.0F, 7, 0, 0, 0, 0}};
  std::ostringstream text;
  write_glove(text, std::vector<std::string>{"a", "b", "c"}, vectors);
  const auto table = read(text.str());
  EXPECT_EQ(table.vectors.values, vectors.values);
  EXPECT_EQ(table.vectors.words, 5);
  EXPECT_EQ(table.rows, (WordRows{{"a", 0}, {"b", 1}, {"c", 2}}));
}

}  // namespace
}  // namespace fedmeta::data
