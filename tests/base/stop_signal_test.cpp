#include "base/stop_signal.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

namespace fedmeta {
namespace {

class StopSignal : public testing::TestWithParam<int> {};

TEST_P(StopSignal, IsNotedAndTheProcessGoesOn) {
  catch_stop_signals(false);
  EXPECT_EQ(stop_signal(), 0);
  raise(GetParam());
  EXPECT_EQ(stop_signal(), GetParam());
  raise(SIGUSR2);
  EXPECT_EQ(stop_signal(), GetParam()) << "the first counts";
  alarm(0);
}

INSTANTIATE_TEST_SUITE_P(All, StopSignal, testing::Values(SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGXCPU),
                         [](const auto& info) { return signal_name(info.param); });

TEST(StopSignals, SecondInterruptEndsTheProcess) {
  EXPECT_EXIT(
      {
        catch_stop_signals(false);
        raise(SIGINT);
        raise(SIGINT);
        std::exit(0);
      },
      testing::KilledBySignal(SIGINT), "");
}

/// The alarm comes by itself after half a minute.
TEST(StopSignals, SayWhatHoldsThemUp) {
  EXPECT_EXIT(
      {
        catch_stop_signals(true);
        set_phase("loading the data");
        raise(SIGTERM);
        raise(SIGALRM);
        std::exit(0);
      },
      testing::ExitedWithCode(0), "the run stops as soon as this is done: loading the data");
}

}  // namespace
}  // namespace fedmeta
