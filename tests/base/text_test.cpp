#include "base/text.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <limits>

#include "base/random.hpp"

namespace fedmeta {
namespace {

std::string printed(const char* format, int precision, double value) {
  std::array<char, 512> text{};
  std::snprintf(text.data(), text.size(), format, precision, value);
  return text.data();
}

void expect_as_printed(double value) {
  for (int digits = 0; digits < 13; ++digits) {
    EXPECT_EQ(fixed(value, digits), printed("%.*f", digits, value));
    EXPECT_EQ(signed_fixed(value, digits), printed("%+.*f", digits, value));
    if (digits > 0) {
      EXPECT_EQ(general(value, digits), printed("%.*g", digits, value));
    }
  }
}

// Reports and lines of figures of merit are read by programs: the C library's digits, ties included.
TEST(Text, NumbersAreThoseOfPrintf) {
  for (const double value :
       {0.0, -0.0, 0.5, 1.5, 2.5, 0.125, 0.375, 1e-7, 1e21, 999.5, 99.95, 9.995, 0.045, 1e300,
        std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::infinity(),
        std::numeric_limits<double>::quiet_NaN()}) {
    expect_as_printed(value);
    expect_as_printed(-value);
  }
  Random random(1, "numbers as text");
  for (int i = 0; i < 300; ++i) {
    expect_as_printed(random.uniform(-1, 1));
    expect_as_printed(1e6 * random.normal());
    expect_as_printed(static_cast<double>(random.below(1'000'000)) / 64);  // with ties
  }
}

TEST(Text, PadsWithBlanksAndZeros) {
  EXPECT_EQ(padded("maml", 6), "maml  ");
  EXPECT_EQ(padded("fedavg-meta", 6), "fedavg-meta");
  EXPECT_EQ(two_digits(7), "07");
  EXPECT_EQ(two_digits(59), "59");
  EXPECT_EQ(hexadecimal(7, 2), "07");
  EXPECT_EQ(hexadecimal(0x1f, 4, Letters::capital), "001F");
  EXPECT_EQ(hexadecimal(0x10ffff, 4), "10ffff");
}

TEST(Text, CountsOneAndMany) {
  EXPECT_EQ(counted(1, "seed"), "1 seed");
  EXPECT_EQ(counted(0, "seed"), "0 seeds");
  EXPECT_EQ(counted(3, "complete seed"), "3 complete seeds");
}

TEST(Text, HasTheHeadersOfTheInstalledPackage) {
  EXPECT_EQ(FMT_VERSION, FEDMETA_FMT_VERSION);
}

}  // namespace
}  // namespace fedmeta
