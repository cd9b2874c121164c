// Windows of time and energy, with counters that move as the test says.
#include "metering/phase_meter.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>

#include "metering/fake_tree.hpp"

namespace fedmeta::metering {
namespace {

using cost::Phase;

/// Says what the test lets it say.
class Dial final : public Counter {
 public:
  explicit Dial(const std::atomic<double>& joules) : joules_(joules) {}
  std::string source() const override { return "dial"; }
  std::optional<double> joules() override {
    const double now = joules_;
    if (now < 0) return {};
    return now;
  }

 private:
  const std::atomic<double>& joules_;
};

Counters one(const std::atomic<double>& joules) {
  Counters counters;
  counters.push_back(std::make_unique<Dial>(joules));
  return counters;
}

double of(const std::array<double, cost::phases>& values, Phase phase) {
  return values[static_cast<std::size_t>(phase)];
}

constexpr std::chrono::milliseconds rarely = std::chrono::hours(1);

/// 2 J of setup, 3 + 30 of rounds, 10 + 100 of evaluations.
PhaseCost two_evaluations(PhaseMeter& meter, std::atomic<double>& joules) {
  meter.begin();
  const std::array<std::pair<Phase, double>, 5> course{{{Phase::setup, 2},
                                                        {Phase::rounds, 3},
                                                        {Phase::evaluation, 10},
                                                        {Phase::rounds, 30},
                                                        {Phase::evaluation, 100}}};
  for (const auto& [phase, used] : course) {
    meter.enter(phase);
    meter.enter(phase);  // once more changes nothing
    joules = joules + used;
  }
  return meter.end();
}

TEST(PhaseMeter, AddsUpTheWindowsOfAPhase) {
  std::atomic<double> joules = 1000;
  PhaseMeter meter(one(joules), rarely, /*shortest_window=*/0);
  for (int run = 0; run < 2; ++run) {  // the second run does not have the first one's
    const auto cost = two_evaluations(meter, joules);
    EXPECT_EQ(of(cost.joules, Phase::setup), 2);
    EXPECT_EQ(of(cost.joules, Phase::rounds), 33);
    EXPECT_EQ(of(cost.joules, Phase::evaluation), 110);
    EXPECT_EQ(of(cost.joules, Phase::whole), 145);
    EXPECT_EQ(cost.source, "dial");
    const double parts = of(cost.seconds, Phase::setup) + of(cost.seconds, Phase::rounds) +
                         of(cost.seconds, Phase::evaluation);
    EXPECT_GT(parts, 0);
    EXPECT_NEAR(of(cost.seconds, Phase::whole), parts, 0.1);
  }
}

TEST(PhaseMeter, SaysNothingOfShortWindows) {
  std::atomic<double> joules = 0;
  PhaseMeter meter(one(joules), rarely);
  const auto cost = two_evaluations(meter, joules);
  EXPECT_FALSE(cost.has_energy());
  for (const double of_phase : cost.joules) EXPECT_TRUE(std::isnan(of_phase));
  EXPECT_GT(of(cost.seconds, Phase::whole), 0);
}

/// The mean of a phase's windows counts: two of 0.03 s in 0.06 s are shorter than one of 0.05 s.
TEST(PhaseMeter, SaysHowMuchOfPhasesWithLongWindows) {
  std::atomic<double> joules = 0;
  PhaseMeter meter(one(joules), rarely, 0.05);
  const auto wait = [](int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); };
  meter.begin();
  meter.enter(Phase::rounds);
  wait(60);
  joules = 7;
  meter.enter(Phase::evaluation);
  joules = 9;
  meter.enter(Phase::rounds);
  wait(60);
  joules = 14;
  const auto cost = meter.end();
  EXPECT_EQ(of(cost.joules, Phase::rounds), 12);
  EXPECT_TRUE(std::isnan(of(cost.joules, Phase::evaluation)));
  EXPECT_TRUE(std::isnan(of(cost.joules, Phase::setup)));
  EXPECT_EQ(of(cost.joules, Phase::whole), 14);
}

TEST(PhaseMeter, SaysNothingWhereACounterFailed) {
  std::atomic<double> joules = 0;
  PhaseMeter meter(one(joules), rarely, 0);
  meter.begin();
  meter.enter(Phase::rounds);
  joules = 5;
  meter.enter(Phase::evaluation);
  joules = -1;
  const auto cost = meter.end();
  EXPECT_EQ(of(cost.joules, Phase::rounds), 5);
  EXPECT_TRUE(std::isnan(of(cost.joules, Phase::evaluation)));
  EXPECT_TRUE(std::isnan(of(cost.joules, Phase::whole)));
}

TEST(PhaseMeter, WithoutCountersIsAClock) {
  PhaseMeter meter;
  meter.begin();
  const auto cost = meter.end();
  EXPECT_FALSE(cost.has_energy());
  EXPECT_GE(of(cost.seconds, Phase::whole), 0);
}

/// A counter that begins anew twice in a window is followed by the thread that reads in between.
TEST(PhaseMeter, FollowsCountersThroughALongWindow) {
  const test::FakeTree tree;
  tree.rapl("0", "package-0", "0", "1000000");
  PhaseMeter meter(node_counters(tree.path()), std::chrono::milliseconds(5), 0);
  meter.begin();
  const auto set = [&](const char* microjoules) {
    // In one step: a file that is being written has no number.
    const auto file = tree.path() / "class/powercap/intel-rapl:0/energy_uj", next = tree.path() / "next";
    std::ofstream(next) << microjoules;
    std::filesystem::rename(next, file);
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
  };
  for (int turn = 0; turn < 2; ++turn)
    for (const char* microjoules : {"900000", "100000"}) set(microjoules);
  EXPECT_NEAR(of(meter.end().joules, Phase::whole), 2.1, 1e-9);  // .9 + .2 + .8 + .2
}

}  // namespace
}  // namespace fedmeta::metering
