#include "federate/validity.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace fedmeta::federate {
namespace {

const double not_a_number = std::numeric_limits<double>::quiet_NaN();
const double infinite = std::numeric_limits<double>::infinity();

TEST(Validity, ListsEachReasonOnce) {
  Validity validity;
  validity.require(true, "never");
  EXPECT_TRUE(validity.valid());
  EXPECT_EQ(validity.summary(), "");
  for (const auto* reason : {"a", "b", "a"}) validity.require(false, reason);
  EXPECT_FALSE(validity.valid());
  EXPECT_EQ(validity.summary(), "a; b");
  for (const auto* reason : {"c", "d", "e"}) validity.require(false, reason);
  EXPECT_EQ(validity.summary(), "a; b; c; and 2 more");
}

TEST(Validity, TakesOverAnothersReasons) {
  Validity first, second;
  first.require(false, "a");
  second.require(false, "b");
  second.require(false, "a");
  first.absorb(second);
  EXPECT_EQ(first.reasons(), (std::vector<std::string>{"a", "b"}));
}

std::string round_reasons(double loss, const std::vector<Fingerprint>& ranks) {
  Validity validity;
  check_round(validity, "maml seed 1", loss, ranks);
  return validity.summary();
}

TEST(CheckRound, EachFaultIsNamed) {
  EXPECT_EQ(round_reasons(1.5, {{7, true}, {7, true}}), "");
  for (const double loss : {not_a_number, infinite, -infinite})
    EXPECT_EQ(round_reasons(loss, {{7, true}}), "maml seed 1: loss is not finite");
  EXPECT_EQ(round_reasons(1, {{7, true}, {7, true}, {8, true}}),
            "maml seed 1: parameters differ between ranks after the broadcast");
  EXPECT_EQ(round_reasons(1, {{7, true}, {7, false}}), "maml seed 1: a parameter is not finite");
}

TEST(CheckCounters, MustMatchToTheInteger) {
  const auto reasons = [](std::int64_t flops, std::int64_t down, std::int64_t up) {
    cost::RoundRow row;
    row.flops = flops;
    row.bytes_down = down;
    row.bytes_up = up;
    Validity validity;
    check_counters(validity, "run", row, 1'000'000'000'000'000'001, 400);
    return validity.summary();
  };
  EXPECT_EQ(reasons(1'000'000'000'000'000'001, 400, 400), "");
  EXPECT_EQ(reasons(1'000'000'000'000'000'000, 400, 400), "run: counted FLOPs differ from the formula");
  EXPECT_EQ(reasons(1'000'000'000'000'000'001, 401, 400), "run: counted bytes differ from the formula");
  EXPECT_EQ(reasons(1'000'000'000'000'000'001, 400, 396), "run: counted bytes differ from the formula");
}

TEST(CheckSeconds, MustAddUpToTheWallClock) {
  const auto valid = [](PhaseSeconds phases, double wall) {
    Validity validity;
    check_seconds(validity, "run", phases, wall);
    return validity.valid();
  };
  const PhaseSeconds phases{1, 60, 30, 9};
  EXPECT_TRUE(valid(phases, 100));
  EXPECT_TRUE(valid(phases, 101.9));
  EXPECT_FALSE(valid(phases, 102.1));
  EXPECT_FALSE(valid(phases, 97)) << "phases counted twice";
  EXPECT_TRUE(valid({0, 0.1, 0, 0}, 0.14));
  EXPECT_FALSE(valid({0, 0.1, 0, 0}, 0.16));
  EXPECT_FALSE(valid(phases, not_a_number));
}

}  // namespace
}  // namespace fedmeta::federate
