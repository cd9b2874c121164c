// What a run that goes on may change, and how often it is kept.
#include "settings/resuming.hpp"
#include "settings/periods.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace fedmeta::settings {
namespace {

using Arguments = std::vector<std::string>;

Settings parsed(Arguments arguments) {
  arguments.insert(arguments.begin(), "fedmeta_bench");
  std::vector<const char*> argv;
  for (const auto& argument : arguments) argv.push_back(argument.c_str());
  return parse_settings(static_cast<int>(argv.size()), argv.data());
}

CheckpointPeriod period(const std::string& text) {
  return checkpoint_period(parsed({"--checkpoint-every", text}));
}

TEST(CheckpointPeriod, IsInRoundsOrMinutes) {
  EXPECT_EQ(checkpoint_period(parsed({})).seconds, 600);
  EXPECT_EQ(period("7").rounds, 7);
  EXPECT_EQ(period("7").seconds, 0);
  EXPECT_EQ(period("3min").seconds, 180);
  EXPECT_EQ(period("0").rounds, 0);
  EXPECT_EQ(period("0").seconds, 0);
}

TEST(StallLimit, IsInSecondsOrMinutes) {
  const auto limit = [](const std::string& text) { return stall_limit(parsed({"--stall-warning", text})); };
  EXPECT_EQ(stall_limit(parsed({})), 60);
  EXPECT_EQ(limit("90s"), 90);
  EXPECT_EQ(limit("2min"), 120);
  EXPECT_EQ(limit("0"), 0);
  for (const auto* text : {"60", "", "s", "-1s", "5 min", "1h"}) EXPECT_THROW(limit(text), Error) << text;
}

/// What is said where a run that was begun with some arguments goes on with others; "" where it may.
std::string difference(const Arguments& before, const Arguments& now) {
  try {
    check_same_settings(settings_toml(parsed(before)), parsed(now));
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::usage);
    return error.what();
  }
  return "";
}

void expect_difference(const Arguments& before, const Arguments& now, const Arguments& words) {
  const auto said = difference(before, now);
  for (const auto& word : words)
    EXPECT_NE(said.find(word), std::string::npos) << word << " is not in: " << said;
}

TEST(SameSettings, MayDifferInWhatChangesNoResult) {
  EXPECT_EQ(difference({}, {"--output", "a.h5", "--resume", "--progress", "off", "--checkpoint-every", "3",
                            "--trace", "t.json", "--log-level", "info", "--stall-warning", "0"}),
            "");
  EXPECT_EQ(difference({}, {"--threads", "2", "--device", "cpu"}), "");
  EXPECT_EQ(difference({"--rounds", "5"}, {"--rounds", "9"}), "") << "the stages tell";
  EXPECT_EQ(difference({"--set", "maml.rounds=5"}, {"--set", "maml.rounds=9"}), "");
}

TEST(SameSettings, NameTheDifference) {
  expect_difference({"--inner-lr", "0.5"}, {"--inner-lr", "0.25"}, {"inner-lr = 0.5", "inner-lr = 0.25"});
  expect_difference({}, {"--seeds", "1,2"}, {"seeds = [1]", "seeds = [1, 2]"});
  expect_difference({"--algorithms", "maml"}, {"--algorithms", "fomaml"}, {"maml", "fomaml"});
  expect_difference({"--set", "maml.inner-lr=0.5", "--set", "maml.rounds=5"}, {},
                    {"set = ", "maml.inner-lr=0.5, "});
  expect_difference({"--save-model"}, {}, {"save-model = true", "save-model = false"});
}

TEST(SameSettings, HaveTheirThreadsWhereTheBitsDependOnThem) {
  expect_difference({"--reduction", "reproducible", "--threads", "1"},
                    {"--reduction", "reproducible", "--threads", "2"}, {"threads = 1", "threads = 2"});
}

}  // namespace
}  // namespace fedmeta::settings
