#include "cost/median_seconds.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

namespace fedmeta::cost {
namespace {

TEST(MedianSeconds, PreparesAndCallsInTurnOnceMoreThanAsked) {
  std::string order;
  median_seconds(
      3, [&] { order += 'c'; }, [&] { order += 'p'; });
  EXPECT_EQ(order, "pcpcpcpc");
}

// Sleeps are never shorter than asked for: of five measured calls three take 20 ms or more.
TEST(MedianSeconds, IsTheMiddleOfTheWarmCallsAlone) {
  using namespace std::chrono_literals;
  int call = 0;
  const double seconds = median_seconds(
      5,
      [&] {
        if (call > 2) std::this_thread::sleep_for(20ms);
      },
      [&] { ++call; });
  EXPECT_EQ(call, 6);
  EXPECT_GE(seconds, 0.02);
}

TEST(SpreadOfSeconds, IsOfTheWarmCallsAlone) {
  using namespace std::chrono_literals;
  int call = 0;
  const auto seconds = spread_of_seconds(
      3, [&] { std::this_thread::sleep_for(call == 1   ? 200ms
                                           : call == 3 ? 40ms
                                                       : 10ms); }, [&] { ++call; });
  EXPECT_GE(seconds.least, 0.01);
  EXPECT_GE(seconds.most, 0.04);
  EXPECT_LE(seconds.least, seconds.median);
  EXPECT_LE(seconds.median, seconds.most);
}

}  // namespace
}  // namespace fedmeta::cost
