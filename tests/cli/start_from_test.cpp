// Runs that start from the saved model of another run, and runs that only evaluate or personalise it.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "cli/program.hpp"
#include "cli/refusal.hpp"
#include "cli/statuses.hpp"
#include "data/temporary_folder.hpp"
#include "record/h5.hpp"
#include "record/results_reader.hpp"

namespace fedmeta::test {
namespace {

namespace fs = std::filesystem;

/// Models of two seeds, of a small network on generated data, in a file whose path has a colon.
class StartFrom : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    const auto finished = run_bench(arguments(path("a:b.h5"), {"--algorithms", "fedavg,meta-sgd", "--seeds",
                                                               "1,2", "--rounds", "5", "--save-model"}));
    ASSERT_EQ(finished.status, 0) << finished.out << finished.err;
  }
  static void TearDownTestSuite() { delete folder_; }

  static std::string path(const std::string& name) { return (folder_->path() / name).string(); }
  static std::vector<std::string> arguments(const std::string& output, const std::vector<std::string>& more) {
    std::vector<std::string> all{"--dataset",   "synthetic",    "--generated-clients", "20",
                                 "--reduction", "reproducible", "--threads",           "1",
                                 "--output",    output};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  /// A run from the models, which trains nothing unless `more` says so.
  static Finished started(const std::string& name, const std::string& run, std::vector<std::string> more,
                          int ranks = 0) {
    more.insert(more.end(),
                {"--start-from", path("a:b.h5") + ":" + run, "--save-model", "--eval-every", "1"});
    if (std::ranges::find(more, "--rounds") == more.end()) more.insert(more.end(), {"--rounds", "0"});
    return run_bench(arguments(path(name), more), ranks);
  }

  static record::Model model(const std::string& name, const std::string& algorithm, std::int64_t seed) {
    record::RunHeader header;
    header.algorithm = algorithm;
    header.seed = seed;
    return record::read_model(record::h5::open_file(path(name)), header).value();
  }
  static record::Run run(const std::string& name, const std::string& algorithm, std::int64_t seed) {
    for (const auto& run : record::read_results(path(name)).runs)
      if (run.header.algorithm == algorithm && run.header.seed == seed) return run;
    throw std::out_of_range(algorithm);
  }
  static record::AttributeValue attribute(const record::Run& run, const std::string& name) {
    for (const auto& attribute : run.header.hyperparameters)
      if (attribute.first == name) return attribute.second;
    return {};
  }

  static TemporaryFolder* folder_;
};
TemporaryFolder* StartFrom::folder_ = nullptr;

TEST_F(StartFrom, EachSeedStartsFromItsOwn) {
  for (const int ranks : {0, 3}) {
    const auto name = "own" + std::to_string(ranks) + ".h5";
    const auto finished =
        started(name, "fedavg", {"--algorithms", "fedavg-meta,maml", "--seeds", "2,1"}, ranks);
    ASSERT_EQ(finished.status, 0) << finished.out << finished.err;
    EXPECT_TRUE(finished.out.ends_with("RESULT: VALID\n")) << finished.out;
    EXPECT_EQ(lines_with(finished.out, "FOM maml.seconds_per_round = none s").size(), 1U) << finished.out;
    EXPECT_EQ(lines_with(finished.out, "FOM maml.accuracy = 0.").size(), 1U) << finished.out;
    for (const std::int64_t seed : {1, 2}) {
      const auto source = model("a:b.h5", "fedavg", seed);
      const auto trained = run("a:b.h5", "fedavg", seed).evaluations.back();
      for (const std::string algorithm : {"fedavg-meta", "maml"}) {
        EXPECT_TRUE(model(name, algorithm, seed).theta_initial == source.theta);
        EXPECT_TRUE(model(name, algorithm, seed).theta == source.theta);
        const auto now = run(name, algorithm, seed);
        EXPECT_TRUE(now.rounds.empty());
        ASSERT_EQ(now.evaluations.size(), 1U);
        EXPECT_EQ(now.evaluations[0].round, 0);
        EXPECT_EQ(now.evaluations[0].initial_accuracy, trained.initial_accuracy);
        EXPECT_EQ(now.evaluations[0].initial_loss, trained.initial_loss);
        EXPECT_FALSE(now.clients.empty());
        EXPECT_EQ(attribute(now, "start_from"), record::AttributeValue("a:b.h5:fedavg"));
        EXPECT_EQ(attribute(now, "start_seed"), record::AttributeValue(seed));
        EXPECT_EQ(attribute(now, "start_rounds"), record::AttributeValue(std::int64_t{5}));
        EXPECT_EQ(std::get<std::string>(attribute(now, "start_sum")).size(), 16U);
      }
    }
    EXPECT_NE(attribute(run(name, "maml", 1), "start_sum"), attribute(run(name, "maml", 2), "start_sum"));
  }
}

TEST_F(StartFrom, AllSeedsStartFromTheOneThatIsNamed) {
  const auto finished = started("two.h5", "fedavg/seed2", {"--algorithms", "fedavg", "--seeds", "1,7"});
  ASSERT_EQ(finished.status, 0) << finished.err;
  for (const std::int64_t seed : {1, 7}) {
    EXPECT_TRUE(model("two.h5", "fedavg", seed).theta == model("a:b.h5", "fedavg", 2).theta);
    EXPECT_EQ(attribute(run("two.h5", "fedavg", seed), "start_seed"),
              record::AttributeValue(std::int64_t{2}));
  }
  // Of a file with one seed, it need not be named; and rounds add up.
  ASSERT_EQ(started("one.h5", "fedavg/seed2", {"--algorithms", "fedavg", "--rounds", "3"}, 2).status, 0);
  const auto next =
      run_bench(arguments(path("next.h5"), {"--algorithms", "fedavg", "--rounds", "1", "--seeds", "9",
                                            "--start-from", path("one.h5") + ":fedavg"}));
  ASSERT_EQ(next.status, 0) << next.err;
  EXPECT_EQ(attribute(run("next.h5", "fedavg", 9), "start_rounds"), record::AttributeValue(std::int64_t{8}));
}

TEST_F(StartFrom, MetaSgdTakesAlphaWhereTheModelHasIt) {
  ASSERT_EQ(started("alpha.h5", "meta-sgd", {"--algorithms", "meta-sgd,fedavg"}).status, 0);
  const auto source = model("a:b.h5", "meta-sgd", 1), same = model("alpha.h5", "meta-sgd", 1);
  EXPECT_TRUE(same.theta_initial == source.theta);
  EXPECT_TRUE(same.alpha_initial == source.alpha);
  EXPECT_TRUE(model("alpha.h5", "fedavg", 1).theta == source.theta);
  const auto finished =
      started("own-alpha.h5", "fedavg", {"--algorithms", "meta-sgd", "--inner-lr", "0.125"}, 2);
  ASSERT_EQ(finished.status, 0) << finished.err;
  EXPECT_EQ(model("own-alpha.h5", "meta-sgd", 1).alpha_initial,
            std::vector<float>(source.alpha.size(), 0.125F));
  EXPECT_NE(finished.out.find("no alpha"), std::string::npos) << finished.out;
}

TEST_F(StartFrom, PersonalisesWithoutTraining) {
  const auto finished = started("personal.h5", "fedavg",
                                {"--algorithms", "perfedavg", "--stage2-rounds", "0", "--personal-epochs",
                                 "2", "--personal-curve", "3"});
  ASSERT_EQ(finished.status, 0) << finished.err;
  const auto now = run("personal.h5", "perfedavg", 1);
  ASSERT_EQ(now.curve.size(), 4U);
  EXPECT_EQ(now.curve[0].accuracy, run("a:b.h5", "fedavg", 1).evaluations.back().initial_accuracy);
  EXPECT_EQ(now.curve[2].accuracy, now.evaluations.at(0).accuracy);
}

TEST_F(StartFrom, APlanChecksAndShowsTheModel) {
  const auto from = path("a:b.h5") + ":fedavg";
  const auto plan =
      run_bench(arguments(path("plan.h5"), {"--algorithms", "fedavg", "--start-from", from, "--dry-run"}));
  ASSERT_EQ(plan.status, 0) << plan.err;
  EXPECT_NE(plan.out.find("fedavg seed 1, after 5 rounds"), std::string::npos) << plan.out;
  expect_refused(
      arguments(path("plan.h5"), {"--algorithms", "fedavg", "--start-from", from + "/seed3", "--dry-run"}),
      usage, {"no seed 3 of fedavg", "1, 2"});
}

TEST_F(StartFrom, WhatCannotBeStartedFromIsRefused) {
  const auto refused = [&](const std::string& from, int status, const std::vector<std::string>& words,
                           std::vector<std::string> more = {}, int ranks = 0) {
    more.insert(more.begin(), {"--algorithms", "fedavg", "--rounds", "1", "--start-from", from});
    expect_refused(arguments(path("refused.h5"), more), status, words, ranks);
    EXPECT_FALSE(fs::exists(path("refused.h5"))) << from;
  };
  const auto file = path("a:b.h5");
  refused(path("none.h5") + ":fedavg", bad_input, {"none.h5", "--save-model"}, {}, 2);
  refused(path("none.h5"), usage, {"FILE.h5:ALGORITHM/seedK", "--start-from"}, {}, 2);
  refused(file + ":fedavg/2", usage, {"FILE.h5:ALGORITHM/seedK"});
  refused(file + ":fedavq", usage, {"no run of fedavq", "did you mean fedavg?"});
  refused(file + ":fedavg/seed3", usage, {"no seed 3 of fedavg", "1, 2"});
  refused(file + ":fedavg", usage, {"no seed 3 of fedavg", "fedavg/seed1", "1, 2"}, {"--seeds", "1,3"});
  refused(file + ":fedavg", usage, {"another network", "in place of", "weight ["}, {"--model", "nn"}, 2);
  ASSERT_EQ(run_bench(arguments(path("bare.h5"), {"--algorithms", "fedavg", "--rounds", "1"})).status, 0);
  refused(path("bare.h5") + ":fedavg", bad_input, {"no model of fedavg seed 1", "bare.h5", "--save-model"});
  ASSERT_EQ(
      run_bench({"--dataset", "production", "--generated-clients", "20", "--threads", "1", "--algorithms",
                 "mfu,self", "--self-steps", "1", "--save-model", "--output", path("alone.h5")})
          .status,
      0);
  for (const std::string method : {"mfu", "self"})
    refused(path("alone.h5") + ":" + method, usage, {method + " has no model", "trains in rounds"});
  std::ofstream(path("text.h5")) << "no results\n";
  refused(path("text.h5") + ":fedavg", bad_input, {"text.h5", "no complete results file"});
  fs::copy_file(file, path("cut.h5"));
  std::fstream(path("cut.h5"), std::ios::in | std::ios::out | std::ios::binary).seekp(4000).put('x').put('y');
  refused(path("cut.h5") + ":fedavg", bad_input, {"cut.h5", "damaged"});
  expect_refused(arguments(file, {"--algorithms", "fedavg", "--start-from", file + ":fedavg", "--force"}),
                 usage, {"the output is an input", "--start-from"});
}

}  // namespace
}  // namespace fedmeta::test
