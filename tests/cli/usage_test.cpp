// Options, keys and values that are not, or not yet, possible: status 2 and one line that says which.
// All cases, within one process: tests/settings/refusals_test.cpp.

#include <gtest/gtest.h>

#include "cli/refusal.hpp"
#include "cli/statuses.hpp"
#include "data/temporary_folder.hpp"

namespace fedmeta::test {
namespace {

TEST(Usage, UnknownOptionIsRefusedWithTheNearest) {
  expect_refused_everywhere({"--roundz", "3"}, usage, {"(--roundz)", "did you mean --rounds?"});
}

TEST(Usage, UnknownKeyIsRefusedWithTheNearest) {
  const TemporaryFolder folder;
  const auto file = folder.write("run.toml", "rounds = 3\nclients-per-rounds = 4\n").string();
  expect_refused_everywhere({"--config", file}, usage,
                            {"(clients-per-rounds", "did you mean clients-per-round?"});
}

TEST(Usage, UnknownValueIsRefusedWithTheNearest) {
  expect_refused_everywhere({"--weighting", "sampels"}, usage,
                            {"--weighting", "sampels", "did you mean samples?"});
}

TEST(Usage, ImpossibleNumberIsRefused) {
  expect_refused_everywhere({"--rounds", "-1"}, usage, {"--rounds", "-1"});
  expect_refused({"--inner-lr", "nan"}, usage, {"--inner-lr", "nan"});
}

TEST(Usage, NumbersAreDecimalAndInRange) {
  expect_refused_everywhere({"--rounds", "0x10"}, usage, {"impossible value 0x10 (--rounds)"});
  expect_refused({"--seeds", "99999999999999999999"}, usage, {"99999999999999999999 (--seeds)"});
  expect_refused({"--set", "maml.rounds=1e400"}, usage, {"1e400 (--set maml.rounds)"});
  const TemporaryFolder folder;
  const auto file = folder.write("run.toml", "rounds = 0x10\n").string();
  expect_refused({"--config", file}, usage, {"decimal", "rounds in ", "line 1"});
}

TEST(Usage, EmptyValuesAreRefused) {
  expect_refused_everywhere({"--seeds", ""}, usage, {"empty (--seeds)"});
  expect_refused({"--data", ""}, usage, {"empty (--data)"});
  expect_refused({"--data=", "--rounds", "1"}, usage, {"empty (--data)"});
}

TEST(Usage, AnOptionGivenTwiceIsRefused) {
  expect_refused_everywhere({"--seeds", "1", "--seeds", "2"}, usage, {"twice (--seeds)"});
  expect_refused({"--force", "--force"}, usage, {"twice (--force)"});
  expect_refused({"--set", "maml.rounds=3", "--set", "maml.rounds=4"}, usage, {"twice (--set maml.rounds)"});
}

TEST(Usage, Tf32WithoutAGpuIsRefused) {
  expect_refused_everywhere({"--precision", "tf32", "--device", "cpu"}, usage, {"--precision tf32", "bf16"});
}

TEST(Usage, AnEngineWithoutPassesForTheNetworkIsRefused) {
  const std::vector<std::string> few{"--generated-clients", "12", "--clients-per-round", "2"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.end(), few.begin(), few.end());
    return more;
  };
  expect_refused_everywhere(with({"--engine", "batched", "--model", "tff-cnn-dropout"}), usage,
                            {"--engine batched with --model tff-cnn-dropout", "--engine auto"});
  expect_refused(with({"--engine", "derived", "--dataset", "synthetic"}), usage, {"--engine derived"});
  expect_refused({"--engine", "batchd"}, usage, {"--engine", "batched"});
}

TEST(Usage, ARunThatGoesOnNeedsAName) {
  expect_refused_everywhere({"--resume"}, usage, {"--resume", "--output"});
}

TEST(Usage, MoreClientsPerRoundThanTrainAreRefused) {
  expect_refused_everywhere({"--generated-clients", "12", "--clients-per-round", "10"}, usage,
                            {"--clients-per-round 10", "at most 9"});
  // Counts of one algorithm alone, too.
  expect_refused({"--generated-clients", "12", "--set", "maml.clients-per-round=10"}, usage,
                 {"--clients-per-round 10"});
}

}  // namespace
}  // namespace fedmeta::test
