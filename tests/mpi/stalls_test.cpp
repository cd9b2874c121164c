// The rank that others wait for is named, by one of them.
#include "comm/stalls.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "comm/communicator.hpp"

namespace fedmeta::comm {
namespace {

using std::chrono::seconds;

/// Returns what all ranks said while rank `late` came after the others.
std::vector<std::string> said_of(int late, std::chrono::milliseconds after, seconds limit) {
  const auto world = Communicator::world();
  warn_of_stalls(limit);
  testing::internal::CaptureStderr();
  if (world.rank() == late) std::this_thread::sleep_for(after);
  {
    const trace::Span span("the round", {"round", 7});
    world.wait_for_all();
  }
  auto said = world.all_gather(testing::internal::GetCapturedStderr());
  std::erase(said, "");
  warn_of_stalls(seconds(0));
  return said;
}

TEST(Stalls, TheRankThatIsLateIsNamedOnce) {
  const auto size = Communicator::world().size();
  if (size == 1) GTEST_SKIP() << "nobody waits";
  for (const int late : {0, size - 1}) {
    const auto said = said_of(late, std::chrono::milliseconds(2500), seconds(1));
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(std::count(said[0].begin(), said[0].end(), '\n'), 1) << said[0];
    EXPECT_TRUE(said[0].starts_with("fedmeta_bench: warning: rank " + std::to_string(late) + " on "))
        << said[0];
    EXPECT_NE(said[0].find("has not come to (the round (round 7))"), std::string::npos) << said[0];
  }
}

TEST(Stalls, NobodyIsNamedBeforeItsTime) {
  EXPECT_TRUE(said_of(0, std::chrono::milliseconds(100), seconds(60)).empty());
  EXPECT_TRUE(said_of(0, std::chrono::milliseconds(100), seconds(0)).empty());
}

}  // namespace
}  // namespace fedmeta::comm
