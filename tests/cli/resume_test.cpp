// Runs that are stopped and go on: the same results as if they had never been, or a refusal that names the
// reason.

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

/// Two trainings of 400 rounds on a small network, on data of the test's own.
class Resume : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(run_data({"generate", "synthetic", "--clients", "20", "--output", data_}).status, 0);
  }

  std::vector<std::string> arguments(const std::string& name,
                                     const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all{"--dataset",
                                 "synthetic",
                                 "--data",
                                 data_,
                                 "--algorithms",
                                 "fedavg,maml",
                                 "--rounds",
                                 "400",
                                 "--eval-every",
                                 "90",
                                 "--clients-per-round",
                                 "4",
                                 "--local-optimizer",
                                 "adam",
                                 "--local-adam",
                                 "persist",
                                 "--reduction",
                                 "reproducible",
                                 "--threads",
                                 "1",
                                 "--save-model",
                                 "--output",
                                 path(name)};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  /// A run that is sent a signal soon after its first checkpoint, in its 100th round or later.
  Finished stopped(const std::string& name, int ranks, const std::string& signal = "USR1",
                   std::vector<std::string> more = {}) const {
    auto command = on_ranks({path_of("fedmeta_bench")}, ranks);
    more.insert(more.end(), {"--checkpoint-every", "100"});
    for (const auto& word : arguments(name, more)) command.push_back(word);
    command.insert(command.begin(),
                   {"sh", "-c",
                    "\"$@\" & until [ -e '" + path(name) +
                        ".ckpt' ] || ! kill -0 $!; do sleep 0.02; done; kill -" + signal + " $!; wait $!",
                    "sh"});
    return run_command(command);
  }
  Finished resumed(const std::string& name, int ranks, std::vector<std::string> more = {}) const {
    more.emplace_back("--resume");
    return run_bench(arguments(name, more), ranks);
  }

  void expect_same(const std::string& name, const std::string& reference) const {
    const auto a = record::read_results(path(name)), b = record::read_results(path(reference));
    const auto file = record::h5::open_file(path(name)), other = record::h5::open_file(path(reference));
    ASSERT_EQ(a.runs.size(), b.runs.size());
    EXPECT_EQ(a.header.status, "complete");
    for (std::size_t r = 0; r < a.runs.size(); ++r) {
      ASSERT_EQ(a.runs[r].rounds.size(), b.runs[r].rounds.size());
      for (std::size_t i = 0; i < a.runs[r].rounds.size(); ++i) {
        EXPECT_EQ(a.runs[r].rounds[i].round, b.runs[r].rounds[i].round);
        EXPECT_EQ(a.runs[r].rounds[i].loss, b.runs[r].rounds[i].loss) << i;
      }
      ASSERT_EQ(a.runs[r].evaluations.size(), b.runs[r].evaluations.size());
      for (std::size_t i = 0; i < a.runs[r].evaluations.size(); ++i)
        EXPECT_EQ(a.runs[r].evaluations[i].loss, b.runs[r].evaluations[i].loss);
      const auto model = record::read_model(file, a.runs[r].header),
                 same = record::read_model(other, b.runs[r].header);
      ASSERT_TRUE(model && same);
      EXPECT_TRUE(model->theta == same->theta);
      EXPECT_TRUE(model->theta_initial == same->theta_initial);
    }
  }

  std::ptrdiff_t without_phases(const std::string& name) const {
    const auto runs = record::read_results(path(name)).runs;
    return std::count_if(runs.begin(), runs.end(), [](const auto& run) { return !run.phases; });
  }

  void expect_goes_on(int ranks, int other_ranks) {
    ASSERT_EQ(run_bench(arguments("whole.h5")).status, 0);
    const auto first = stopped("a.h5", ranks);
    ASSERT_EQ(first.status, interrupted) << first.out << first.err;
    const auto lines = lines_with(first.err, "fedmeta_bench");
    ASSERT_EQ(lines.size(), 1U) << first.err;
    EXPECT_NE(lines[0].find("stopped by SIGUSR1 after round "), std::string::npos) << lines[0];
    EXPECT_NE(lines[0].find("a.h5.ckpt): run the same command again with --resume"), std::string::npos)
        << lines[0];
    EXPECT_FALSE(fs::exists(path("a.h5")));
    EXPECT_EQ(record::read_results(path("a.h5.part")).header.status, "interrupted");
    fs::remove(path("a.h5.part"));  // the checkpoint alone is enough

    const auto second = resumed("a.h5", other_ranks);
    ASSERT_EQ(second.status, 0) << second.out << second.err;
    expect_same("a.h5", "whole.h5");
    // What the stopped run took is not known; that of others is.
    EXPECT_LE(without_phases("a.h5"), 1);
    EXPECT_EQ(without_phases("whole.h5"), 0);
    const auto line = record::read_results(path("a.h5")).header.resumed;
    EXPECT_NE(line.find(std::to_string(std::max(1, other_ranks)) + " rank"), std::string::npos) << line;
    EXPECT_FALSE(fs::exists(path("a.h5.ckpt")));
    EXPECT_FALSE(fs::exists(path("a.h5.ckpt.previous")));

    const auto third = resumed("a.h5", other_ranks);
    EXPECT_EQ(third.status, 0);
    EXPECT_EQ(lines_with(third.out, "results: " + path("a.h5") + " is complete").size(), 1U) << third.out;
  }

  TemporaryFolder folder_;
  std::string data_ = path("data.h5");
};

TEST_F(Resume, OnFourRanksGoesOnWhereOneStopped) {
  expect_goes_on(0, 4);
}
TEST_F(Resume, AloneGoesOnWhereFourStopped) {
  expect_goes_on(4, 0);
}

TEST_F(Resume, AfterAKillGoesOnFromTheLastCheckpoint) {
  ASSERT_EQ(run_bench(arguments("whole.h5")).status, 0);
  EXPECT_EQ(stopped("a.h5", 0, "KILL").status, 137);
  ASSERT_EQ(resumed("a.h5", 3).status, 0);
  expect_same("a.h5", "whole.h5");
}

/// What a run started from is read again, and must be the same.
TEST_F(Resume, FromASavedModelGoesOn) {
  const auto train = [&](const std::string& name, const std::string& rounds) {
    ASSERT_EQ(
        run_bench(arguments(name, {"--set", "maml.rounds=" + rounds, "--set", "fedavg.rounds=" + rounds}))
            .status,
        0);
  };
  train("model.h5", "3");
  const std::vector<std::string> from{"--start-from", path("model.h5") + ":maml"};
  ASSERT_EQ(run_bench(arguments("whole.h5", from)).status, 0);
  ASSERT_EQ(stopped("a.h5", 2, "USR1", from).status, interrupted);
  fs::rename(path("model.h5"), path("kept.h5"));
  train("model.h5", "4");
  auto again = arguments("a.h5", from);
  again.emplace_back("--resume");
  expect_refused(again, bad_input, {"the model is not the one", "--start-from"}, 2);
  fs::rename(path("kept.h5"), path("model.h5"));
  ASSERT_EQ(resumed("a.h5", 3, from).status, 0);
  expect_same("a.h5", "whole.h5");
}

TEST_F(Resume, WithoutACheckpointBeginsAndSaysSo) {
  const auto finished = resumed("a.h5", 0, {"--set", "maml.rounds=3", "--set", "fedavg.rounds=3"});
  EXPECT_EQ(finished.status, 0) << finished.err;
  EXPECT_EQ(lines_with(finished.out, "no checkpoint yet").size(), 1U) << finished.out;
}

TEST_F(Resume, OfAnotherRunIsRefused) {
  ASSERT_EQ(stopped("a.h5", 2).status, interrupted);
  const auto again = [&](std::vector<std::string> more, bool resumes = true) {
    if (resumes) more.emplace_back("--resume");
    return arguments("a.h5", more);
  };
  expect_refused(again({}, false), usage, {"a.h5.ckpt", "--resume", "--force"}, 4);
  expect_refused(again({"--inner-lr", "0.5"}), usage, {"inner-lr = ", "--resume with inner-lr = 0.5"}, 4);
  expect_refused(again({"--seeds", "1,2"}), usage, {"seeds = [1]", "seeds = [1, 2]"});
  expect_refused(again({"--set", "fedavg.rounds=399"}), usage, {"fedavg seed 1", "400 rounds", "399 rounds"});
  ASSERT_EQ(
      run_data({"generate", "synthetic", "--clients", "20", "--data-seed", "7", "--output", data_, "--force"})
          .status,
      0);
  expect_refused(again({}), bad_input, {"the data are not those", "samples"}, 4);

  fs::resize_file(path("a.h5.ckpt"), fs::file_size(path("a.h5.ckpt")) - 1);
  expect_refused(again({}), own_file, {"a.h5.ckpt", "damaged"}, 4);
}

}  // namespace
}  // namespace fedmeta::test
