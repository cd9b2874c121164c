#include "app/text_table.hpp"

#include <gtest/gtest.h>

namespace fedmeta::app {
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

TEST(Decimal, HasSoManyPlaces) {
  EXPECT_EQ(decimal(1.0 / 3, 4), "0.3333");
  EXPECT_EQ(decimal(2.5e9, 0), "2500000000");
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
}  // namespace fedmeta::app
