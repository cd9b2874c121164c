// Settings that are refused: which words the message has.

#include <gtest/gtest.h>

#include <regex>

#include "base/error.hpp"
#include "data/temporary_folder.hpp"
#include "settings/settings.hpp"

namespace fedmeta::settings {
namespace {

using Arguments = std::vector<std::string>;

/// The message of the Error(usage) that these arguments give; "" where they give none.
std::string refusal(const Arguments& arguments) {
  std::vector<const char*> argv{"fedmeta_bench"};
  for (const auto& argument : arguments) argv.push_back(argument.c_str());
  try {
    parse_settings(static_cast<int>(argv.size()), argv.data());
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::usage);
    return error.what();
  }
  return "";
}

/// One line WHAT (WHERE): what to do, with all of the words.
void expect_refused(const Arguments& arguments, const std::vector<std::string>& words) {
  const auto message = refusal(arguments);
  EXPECT_TRUE(std::regex_match(message, std::regex(".+ \\(.+\\): .+"))) << arguments[0] << ": " << message;
  for (const auto& word : words)
    EXPECT_NE(message.find(word), std::string::npos) << word << " in: " << message;
}

TEST(Refusals, NameTheNearestOption) {
  expect_refused({"--roundz", "3"}, {"unknown option", "(--roundz)", "did you mean --rounds?"});
  expect_refused({"--inner-ltr=0.1"}, {"--inner-ltr", "did you mean --inner-lr?"});
  expect_refused({"fedavg"}, {"fedavg"});
}

TEST(Refusals, NameTheNearestKeyAndTheFile) {
  const test::TemporaryFolder folder;
  const auto file = folder.write("a.toml", "rounds = 3\ninner-l = 4\n").string();
  expect_refused({"--config", file}, {"inner-l", "a.toml", "did you mean inner-lr?"});
  expect_refused({"--config", folder.write("b.toml", "rounds = \"x\"\n").string()}, {"--rounds", "x"});
  expect_refused({"--config", "absent.toml"}, {"--config", "absent.toml"});
}

TEST(Refusals, NameTheNearestValue) {
  expect_refused({"--division", "sorted"},
                 {"--division", "sorted", "known: random, stratified, chronological"});
  expect_refused({"--algorithms", "fedavg,mamml"}, {"(--algorithms mamml)", "did you mean maml?"});
  expect_refused({"--profile", "tunned"}, {"(--profile tunned)", "did you mean tuned?"});
}

TEST(Refusals, OfSetNameItsEntry) {
  expect_refused({"--set", "maml.inner-l=1"},
                 {"unknown key", "(--set maml.inner-l)", "did you mean inner-lr?"});
  expect_refused({"--set", "fedavg.inner-lr=1"},
                 {"does not read", "(--set fedavg.inner-lr)", "docs/algorithms.md"});
  expect_refused({"--set", "mmal.inner-lr=1"}, {"(--set mmal.inner-lr=1)", "did you mean maml?"});
  expect_refused({"--set", "maml"}, {"(--set maml)", "ALGORITHM.KEY=VALUE"});
  expect_refused({"--set", "maml.inner-lr=x"}, {"impossible value x", "(--set maml.inner-lr)"});
}

TEST(Refusals, OfListsNameTheOption) {
  expect_refused({"--seeds", "1,x"}, {"(--seeds)", "x"});
}

TEST(Refusals, OfNumbersNameOptionAndValue) {
  const std::vector<Arguments> cases{
      {"--rounds", "-1"},        {"--rounds", "x"},           {"--rounds", "1.5"},
      {"--inner-lr", "-1"},      {"--inner-lr", "nan"},       {"--finetune-lr", "-0.5"},
      {"--stage2-rounds", "-2"}, {"--inner-lr", "inf"},       {"--scale", "0"},
      {"--scale", "2"},          {"--threads", "-1"},         {"--min-samples", "-5"},
      {"--eval-every", "-1"},    {"--support-fraction", "1"}, {"--seeds", "1,x"},
      {"--data-seed", "first"},  {"--target-accuracy", "74"}, {"--clients-per-round", "0"}};
  for (const auto& arguments : cases) {
    const bool list = arguments[0] == "--seeds";
    expect_refused(arguments, {arguments[0], list ? "x" : arguments[1]});
  }
}

/// Every option that --help shows with a number.
std::vector<std::string> numeric_options() {
  std::vector<std::string> names;
  try {
    refusal({"--help"});
  } catch (const HelpWanted& help) {
    static const std::regex line("\\n  (--[a-z0-9-]+) (INT|FLOAT|UINT)");
    for (std::sregex_iterator found(help.text.begin(), help.text.end(), line), end; found != end; ++found)
      names.push_back((*found)[1]);
  }
  return names;
}

TEST(Refusals, OfAnyOptionWithANumberMeetWhatIsNoDecimalNumberInRange) {
  const auto names = numeric_options();
  EXPECT_GT(names.size(), 50U);
  const test::TemporaryFolder folder;
  for (const auto& name : names) {
    for (const std::string value : {"0x10", "1e400", "99999999999999999999", "1,,2"})
      expect_refused({name, value}, {name});
    expect_refused({name, ""}, {"empty (" + name + ")"});
    expect_refused({name + "="}, {"empty (" + name + ")"});
    expect_refused({name, "1", name, "1"}, {"twice (" + name + ")"});
    const auto key = name.substr(2);
    expect_refused({"--config", folder.write("a.toml", key + " = 0x1\n").string()},
                   {"decimal", key + " in "});
    expect_refused({"--config", folder.write("b.toml", key + " = \"\"\n").string()},
                   {"empty (" + name + ")"});
    expect_refused({"--config", folder.write("c.toml", key + " = 1e300\n").string()}, {name});
  }
}

TEST(Refusals, OfWhatOtherReadersTakeForNumbers) {
  for (const std::string name : {"--rounds", "--inner-lr", "--seeds", "--threads"})
    for (const std::string value : {"nan", "inf", "-inf", " 1", "1 ", "0b1", "1_0", "--", "+", "+-1", "0x1p3",
                                    "1e", "-99999999999999999999", "\u0661"})
      expect_refused({name, value}, {name});
}

TEST(Refusals, OfEmptyValuesNameTheOption) {
  for (const std::string name : {"--data", "--profile", "--dataset", "--output", "--glove", "--algorithms",
                                 "--set", "--weighting", "--model"}) {
    expect_refused({name, ""}, {name});
    expect_refused({name, "", "--rounds", "5"}, {name});
  }
  // Not the argument after it.
  expect_refused({"--data=", "--rounds", "5"}, {"the value is empty (--data)"});
  expect_refused({"--force="}, {"the value is empty (--force)"});
  expect_refused({"--seeds", "1,,2"}, {"an entry of the list is empty (--seeds 1,,2)"});
  expect_refused({"--seeds", "1", ",2"}, {"(--seeds ,2)"});
  expect_refused({"--algorithms=maml,"}, {"(--algorithms maml,)"});
  expect_refused({"--set", "maml.rounds="}, {"the value is empty (--set maml.rounds)"});
  expect_refused({"--set", "maml.first-order="}, {"the value is empty (--set maml.first-order)"});
}

TEST(Refusals, OfWhatIsGivenTwiceSaySo) {
  for (const Arguments& arguments :
       std::vector<Arguments>{{"--rounds", "1", "--rounds=1"},
                              {"--seeds", "1", "--seeds", "2"},
                              {"--algorithms", "maml", "--rounds", "1", "--algorithms", "fomaml"},
                              {"--resample", "--resample=false"},
                              {"--data", "a", "--data", "b"}})
    expect_refused(arguments, {"an option is given twice (" + arguments[0] + ")"});
  expect_refused({"--set", "maml.rounds=3", "--set", "maml.rounds=3"}, {"twice (--set maml.rounds)"});
  expect_refused({"--set", "maml.rounds=3", "maml.rounds=4"}, {"twice (--set maml.rounds)"});
  const test::TemporaryFolder folder;
  const auto file = folder.write("a.toml", "set = [\"maml.rounds=3\", \"maml.rounds=4\"]\n").string();
  expect_refused({"--config", file}, {"twice (--set maml.rounds)"});
  expect_refused({"--config", file, "--config", file}, {"twice (--config)"});
  const auto once = folder.write("b.toml", "rounds = 2\nset = [\"maml.rounds=3\"]\n").string();
  EXPECT_EQ(
      refusal({"--config", once, "--rounds", "3", "--set", "maml.rounds=4", "--set", "maml.inner-lr=1"}), "");
}

TEST(Refusals, OfSetReachAlgorithmsThatDoNotRun) {
  expect_refused({"--algorithms", "fedavg", "--set", "maml.inner-l=1"}, {"(--set maml.inner-l)"});
  expect_refused({"--algorithms", "fedavg", "--set", "maml.rounds=0x10"}, {"0x10 (--set maml.rounds)"});
}

TEST(Refusals, OfSwitchesNameTheirValues) {
  expect_refused({"--first-order=010"}, {"impossible value 010 (--first-order)", "true or false"});
  expect_refused({"--set", "maml.first-order=2"}, {"2 (--set maml.first-order)", "true or false"});
}

TEST(Refusals, OfCombinationsNameWhatCannotBe) {
  expect_refused({"--max-samples", "5", "--min-samples", "9"}, {"--max-samples 5", "--min-samples"});
  expect_refused({"--algorithms", "maml,fedavg,maml"}, {"(--algorithms maml)", "twice"});
  expect_refused({"--rounds", "1", "--rounds", "2"}, {"--rounds"});
  expect_refused({"--rounds"}, {"--rounds"});
}

TEST(Refusals, OfDataSetsThatASourceDidNotUseNameThem) {
  expect_refused({"--profile", "flower", "--dataset", "sent140"},
                 {"--profile flower with --dataset sent140", "femnist or shakespeare"});
  expect_refused({"--profile", "jiang", "--dataset", "production"}, {"--profile jiang", "femnist"});
  expect_refused({"--profile", "fedlab", "--dataset", "shakespeare"}, {"--profile fedlab", "femnist"});
}

TEST(Refusals, OfServerStepsNameWhatIsNotTheirs) {
  expect_refused({"--server-momentum", "0.5"}, {"--server-optimizer"});
  expect_refused({"--stage2-server-momentum", "0.5"}, {"--stage2-server-momentum", "sgd"});
  expect_refused({"--local-beta1", "1"}, {"--local-beta1 1", "below 1"});
}

TEST(Refusals, OfTheProductionTasksMethodsElsewhereNameTheTask) {
  for (const std::string name : {"mfu", "mru", "nb", "self", "mixed"})
    expect_refused({"--algorithms", "maml," + name}, {"--algorithms " + name, "--dataset production"});
  expect_refused({"--dataset", "production", "--algorithms", "mru", "--division", "random"},
                 {"mru", "--division random", "chronological"});
}

TEST(Refusals, OfARunThatGoesOnWithoutANameSaySo) {
  expect_refused({"--resume"}, {"--resume", "--output"});
}

TEST(Refusals, OfPeriodsNameRoundsAndMinutes) {
  for (const std::string period : {"-1", "5h", "min", "1.5min", "10 min", "99999999999"})
    expect_refused({"--checkpoint-every", period}, {"--checkpoint-every " + period, "10min"});
}

TEST(Refusals, DoNotMeetWhatIsPossible) {
  EXPECT_EQ(refusal({"--division", "stratified", "--threads", "0", "--inner-batch", "0"}), "");
}

}  // namespace
}  // namespace fedmeta::settings
