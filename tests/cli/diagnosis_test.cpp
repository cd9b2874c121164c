// What a run says of itself while something is wrong: which rank ended, which one the others wait for, what
// took long.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/host_name.hpp"
#include "cli/program.hpp"
#include "data/temporary_folder.hpp"
#include "record/results_reader.hpp"

namespace fedmeta::test {
namespace {

class Diagnosis : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  std::vector<std::string> arguments(int rounds, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all{"--dataset",
                                 "synthetic",
                                 "--generated-clients",
                                 "20",
                                 "--clients-per-round",
                                 "4",
                                 "--algorithms",
                                 "fomaml",
                                 "--rounds",
                                 std::to_string(rounds),
                                 "--eval-every",
                                 "5",
                                 "--checkpoint-every",
                                 "5",
                                 "--threads",
                                 "1",
                                 "--output",
                                 path("a.h5")};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  /// Three ranks, of which the second gets signals by `commands` ("$rank") once the first checkpoint is
  /// there.
  Finished signalled(const std::string& commands, const std::vector<std::string>& arguments) const {
    auto command = on_ranks({path_of("fedmeta_bench")}, 3);
    command.insert(command.end(), arguments.begin(), arguments.end());
    command.insert(command.begin(), {"sh", "-c",
                                     "\"$@\" & until [ -e '" + path("a.h5") +
                                         ".ckpt' ] || ! kill -0 $!; do sleep 0.05; done; "
                                         "rank=$(cat /proc/$!/task/*/children | cut -d ' ' -f 2); " +
                                         commands + "; wait $!",
                                     "sh"});
    return run_command(command, 120);
  }

  TemporaryFolder folder_;
};

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST_F(Diagnosis, AKilledRankEndsTheJobAndIsNamed) {
  const auto run = signalled("kill -KILL $rank", arguments(1000000));
  EXPECT_EQ(run.status, 137) << run.err;
  EXPECT_NE(run.err.find("rank 1"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find(host_name()), std::string::npos) << run.err;
  EXPECT_FALSE(record::read_results(path("a.h5.part")).runs.empty());
}

TEST_F(Diagnosis, ARankThatCrashesSaysWhoItIsAndWhatItWasAt) {
  const auto run = signalled("kill -SEGV $rank", arguments(1000000));
  EXPECT_NE(run.status, 0);
  const auto lines =
      lines_with(run.err, "fedmeta_bench: error: rank 1 on " + host_name() + " ended by SIGSEGV (");
  EXPECT_EQ(lines.size(), 1U) << run.err;
}

/// Clients that take half a second, one on each rank, so that the rank is stopped at its client: the others
/// then wait for it, and not inside a call of MPI. (That it is named once is held by stalls_test: this
/// machine may be slow, too.)
TEST_F(Diagnosis, ARankThatTheOthersWaitForIsNamed) {
  const std::vector<std::string> long_clients{"--dataset",
                                              "synthetic",
                                              "--generated-clients",
                                              "20",
                                              "--generated-deviation",
                                              "0",
                                              "--clients-per-round",
                                              "3",
                                              "--algorithms",
                                              "fomaml",
                                              "--inner-epochs",
                                              "1500",
                                              "--rounds",
                                              "3",
                                              "--eval-every",
                                              "0",
                                              "--checkpoint-every",
                                              "1",
                                              "--threads",
                                              "1",
                                              "--stall-warning",
                                              "1s",
                                              "--output",
                                              path("a.h5")};
  const auto run = signalled("sleep 0.1; kill -STOP $rank; sleep 4; kill -CONT $rank", long_clients);
  EXPECT_EQ(run.status, 0) << run.err;
  const auto lines = lines_with(
      run.err, "fedmeta_bench: warning: rank 1 on " + host_name() + " keeps the others waiting: for ");
  ASSERT_GE(lines.size(), 1U) << run.err;
  EXPECT_NE(lines[0].find(" s it has not come to (training fomaml, round "), std::string::npos) << lines[0];
}

TEST_F(Diagnosis, TheTraceHasTheRoundsOfEveryRank) {
  const auto run = run_bench(arguments(10, {"--trace", path("t.json")}), 2);
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run_command({"python3", "-m", "json.tool", path("t.json")}).status, 0);
  const auto text = content(path("t.json"));
  for (const auto* rank : {"0", "1"})
    EXPECT_EQ(count(text, std::string("\"name\":\"round\",\"ph\":\"X\",\"pid\":") + rank), 10U);
  for (const auto* name :
       {"loading the data", "training", "training clients", "evaluating clients", "MPI_Reduce", "MPI_Bcast",
        "waiting for the other ranks", "writing a checkpoint", "the server's step"})
    EXPECT_GT(count(text, "\"name\":\"" + std::string(name) + "\""), 0U) << name;
}

TEST_F(Diagnosis, ACheckpointHasItsOwnSeconds) {
  ASSERT_EQ(run_bench(arguments(10)).status, 0);
  const auto rows = record::read_results(path("a.h5")).runs.front().rounds;
  ASSERT_EQ(rows.size(), 10U);
  for (const auto& row : rows) EXPECT_EQ(row.seconds_checkpoint > 0, row.round == 6) << row.round;
}

TEST_F(Diagnosis, ATraceThatIsThereIsKept) {
  std::ofstream(path("t.json")) << "[]";
  const auto run = run_bench(arguments(10, {"--trace", path("t.json")}));
  EXPECT_EQ(run.status, 2) << run.err;
  EXPECT_NE(run.err.find("output exists (--trace "), std::string::npos) << run.err;
  EXPECT_EQ(content(path("t.json")), "[]");
}

TEST_F(Diagnosis, TheLogTellsHowLongThePartsTook) {
  const auto run = run_bench(arguments(10, {"--log-level", "info"}), 2);
  ASSERT_EQ(run.status, 0) << run.err;
  for (const auto* part :
       {"loading the data: ", "training fomaml: ", "training fomaml, evaluation (round 10): "})
    EXPECT_EQ(lines_with(run.err, std::string("fedmeta_bench: info: ") + part).size(), 1U) << run.err;
  EXPECT_EQ(run.err.find("debug"), std::string::npos);
}

TEST_F(Diagnosis, OfDebuggingEveryRankSpeaks) {
  const auto run = run_bench(arguments(2, {"--log-level", "debug"}), 2);
  ASSERT_EQ(run.status, 0) << run.err;
  for (const auto* rank : {"rank 0] ", "rank 1] "})
    EXPECT_EQ(count(run.err, std::string(rank) + "round 2"), 1U) << run.err;
}

}  // namespace
}  // namespace fedmeta::test
