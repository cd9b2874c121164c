// The production task's division: the last fifth is the query set, the samples just before it the support
// set.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "data/divide/division.hpp"

namespace fedmeta::data {
namespace {

using Labels = std::vector<std::int32_t>;

TEST(RecentDivision, TakesTheSamplesJustBeforeTheLastFifth) {
  const auto few = divide_client("u", Labels(20), 0.2, Division::recent, 1);
  EXPECT_EQ(few.order, (Labels{12, 13, 14, 15, 16, 17, 18, 19}));
  EXPECT_EQ(few.support, 4);

  // 100 records at 5%: 75 .. 79 support, 80 .. 99 query.
  const auto sparse = divide_client("u", Labels(100), 0.05, Division::recent, 1);
  ASSERT_EQ(sparse.order.size(), 25U);
  EXPECT_EQ(sparse.order.front(), 75);
  EXPECT_EQ(sparse.order[4], 79);
  EXPECT_EQ(sparse.order.back(), 99);
  EXPECT_EQ(sparse.support, 5);
}

/// In whole numbers: the query set is n - floor(4 n / 5), the support set floor(p n), both at least 1.
TEST(RecentDivision, SizesAreExact) {
  for (const int hundredths : {80, 50, 20, 5}) {
    for (int n = 2; n <= 700; ++n) {
      const auto divided = divide_client("u", Labels(n), hundredths / 100.0, Division::recent, 1);
      const int query = n - 4 * n / 5, support = std::max(1, hundredths * n / 100);
      ASSERT_EQ(divided.support, support) << n << " " << hundredths;
      ASSERT_EQ(std::ssize(divided.order), support + query) << n << " " << hundredths;
      Labels expected(support + query);
      std::iota(expected.begin(), expected.end(), n - support - query);
      ASSERT_EQ(divided.order, expected) << n << " " << hundredths;
    }
  }
}

TEST(RecentDivision, TheQuerySetDoesNotDependOnTheSupportFraction) {
  for (int n = 2; n < 300; ++n) {
    const auto queries = [&](double p) {
      const auto divided = divide_client("u", Labels(n), p, Division::recent, 1);
      return Labels(divided.order.begin() + divided.support, divided.order.end());
    };
    ASSERT_EQ(queries(0.8), queries(0.05)) << n;
  }
}

TEST(RecentDivision, RefusesWhatTheQuerySetLeavesNoRoomFor) {
  try {
    divide_client("u", Labels(50), 0.9, Division::recent, 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::usage);
    EXPECT_NE(std::string(error.what()).find("--support-fraction 0.9"), std::string::npos) << error.what();
  }
  EXPECT_THROW(divide_client("u", Labels(1), 0.5, Division::recent, 1), Error);
  EXPECT_THROW(divide_client("u", Labels(9), std::nan(""), Division::recent, 1), Error);
}

}  // namespace
}  // namespace fedmeta::data
