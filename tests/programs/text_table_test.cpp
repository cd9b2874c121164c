#include "programs/bench/text_table.hpp"

#include <gtest/gtest.h>

#include "programs/bench/progress.hpp"
#include "programs/bench/terminal.hpp"

namespace fedmeta::programs {
namespace {

TEST(TextTable, AlignsNamesLeftAndNumbersRight) {
  EXPECT_EQ(text_table({{"algorithm", "loss"}, {"maml", "0.5"}, {"fedavg", "10.25"}}),
            "  algorithm   loss\n"
            "  ----------------\n"
            "  maml         0.5\n"
            "  fedavg     10.25\n");
}

TEST(TextTable, LeavesNoBlanksAtTheEndOfALine) {
  EXPECT_EQ(text_table({{"a", "b"}, {"long", ""}}),
            "  a     b\n"
            "  -------\n"
            "  long\n");
}

TEST(TextTable, IsSplitEvenlyWhereItIsTooWide) {
  const std::vector<std::vector<std::string>> rows{{"name", "one", "two", "three", "four"},
                                                   {"maml", "1", "2", "3", "4"}};
  EXPECT_EQ(text_table(rows, 29), text_table(rows));  // its width
  EXPECT_EQ(text_table(rows, 28),
            "  name  one  two\n"
            "  --------------\n"
            "  maml    1    2\n"
            "\n"
            "  name  three  four\n"
            "  -----------------\n"
            "  maml      3     4\n");
}

TEST(TextTable, CountsCharactersAndNotBytes) {
  EXPECT_EQ(text_table({{"host", "n"}, {"kn\u00F6del", "1"}, {"dumpling", "2"}}),
            "  host      n\n"
            "  -----------\n"
            "  kn\u00F6del    1\n"
            "  dumpling  2\n");
}

TEST(Wrapped, BreaksBetweenWordsWithAHangingIndent) {
  EXPECT_EQ(wrapped("  data set    femnist, from a folder\n", 24, 14),
            "  data set    femnist,\n"
            "              from a\n"
            "              folder\n");
  EXPECT_EQ(wrapped("a short line\n", 12, 2), "a short line\n");
  EXPECT_EQ(wrapped("any length of line\n", 0, 2), "any length of line\n");
  EXPECT_EQ(wrapped("a/path/that/is/long b\n", 5, 2), "a/path/that/is/long\n  b\n");
}

TEST(Fitted, DropsPartsFromTheRight) {
  EXPECT_EQ(fitted("  maml 1/2", {" [#.]", " left"}, 20), "  maml 1/2 [#.] left");
  EXPECT_EQ(fitted("  maml 1/2", {" [#.]", " left"}, 19), "  maml 1/2 [#.]");
  EXPECT_EQ(fitted("  maml 1/2", {" [#.]", " left"}, 14), "  maml 1/2");
  EXPECT_EQ(fitted("  maml 1/2", {" [#.]", " left"}, 6), "  maml");
  EXPECT_EQ(fitted("  maml 1/2", {" [#.]", " left"}, 0), "  maml 1/2 [#.] left");
}

TEST(WithPrefix, KeepsThreeDigits) {
  EXPECT_EQ(with_prefix(0), "0 ");
  EXPECT_EQ(with_prefix(7), "7 ");
  EXPECT_EQ(with_prefix(1.5), "1.50 ");
  EXPECT_EQ(with_prefix(999), "999 ");
  EXPECT_EQ(with_prefix(1000), "1.00 k");
  EXPECT_EQ(with_prefix(12345), "12.3 k");
  EXPECT_EQ(with_prefix(123456), "123 k");
  EXPECT_EQ(with_prefix(34418688), "34.4 M");
}

TEST(WithPrefix, RoundsIntoTheNextPrefix) {
  EXPECT_EQ(with_prefix(999499), "999 k");
  EXPECT_EQ(with_prefix(999500), "1.00 M");
  EXPECT_EQ(with_prefix(9.996e9), "10.0 G");
  EXPECT_EQ(with_prefix(99.96e9), "100 G");
}

TEST(WithPrefix, EndsAtExa) {
  EXPECT_EQ(with_prefix(2e18), "2.00 E");
  EXPECT_EQ(with_prefix(2e21), "2000 E");
}

}  // namespace
}  // namespace fedmeta::programs
