// --dry-run against the run that it announces.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <string>

#include "cli/program.hpp"
#include "data/temporary_folder.hpp"
#include "record/results_reader.hpp"

namespace fedmeta::test {
namespace {

/// The text of the value in a line "PREDICTED <name> = <value> <unit>".
std::string predicted_text(const std::string& out, const std::string& name) {
  const auto beginning = "PREDICTED " + name + " = ";
  const auto lines = lines_with(out, beginning);
  EXPECT_EQ(lines.size(), 1U) << name << "\n" << out;
  if (lines.empty()) return "-1";
  const auto value = lines.front().substr(beginning.size());
  return value.substr(0, value.find(' '));
}

double predicted(const std::string& out, const std::string& name) {
  return std::stod(predicted_text(out, name));
}

// perfedavg has two stages with cohorts of their own.
TEST(Plan, AnnouncesFlopsAndBytesExactlyAndSomeTime) {
  const TemporaryFolder folder;
  const auto output = (folder.path() / "run.h5").string();
  std::vector<std::string> arguments{"--model",
                                     "lr",
                                     "--generated-clients",
                                     "20",
                                     "--generated-samples",
                                     "12",
                                     "--rounds",
                                     "3",
                                     "--algorithms",
                                     "maml,perfedavg",
                                     "--stage2-rounds",
                                     "2",
                                     "--stage2-clients-per-round",
                                     "3",
                                     "--eval-every",
                                     "0",
                                     "--output",
                                     output};
  const auto run = run_bench(arguments, 2);
  ASSERT_EQ(run.status, 0) << run.err;
  arguments.emplace_back("--dry-run");
  const auto plan = run_bench(arguments, 2);
  ASSERT_EQ(plan.status, 0) << plan.err;
  for (const auto& one : record::read_results(output).runs) {
    std::int64_t flops = 0, bytes = 0;
    for (const auto& round : one.rounds) {
      flops += round.flops;
      bytes += round.bytes_down + round.bytes_up;
    }
    const auto& name = one.header.algorithm;
    EXPECT_EQ(predicted(plan.out, name + ".flops"), static_cast<double>(flops));
    EXPECT_EQ(predicted(plan.out, name + ".bytes"), static_cast<double>(bytes));
    EXPECT_GT(predicted(plan.out, name + ".seconds_per_round"), 0);
  }
}

/// Peak memory of the largest process that this one has waited for, in MiB.
long children_peak() {
  rusage used{};
  getrusage(RUSAGE_CHILDREN, &used);
  return used.ru_maxrss / 1024;
}

// Their samples are 17 GB of images, 10 GB of text, ...: sizes alone are planned with.
TEST(Plan, OfAHundredThousandClientsNeedsNoSamples) {
  for (const std::string dataset : {"femnist", "shakespeare", "sent140", "synthetic", "production"}) {
    const auto plan = run_bench({"--dry-run", "--profile", "paper", "--dataset", dataset, "--rounds", "20",
                                 "--generated-clients", "100000", "--threads", "1", "--algorithms", "maml"});
    EXPECT_EQ(plan.status, 0) << dataset << plan.err;
    EXPECT_GT(predicted(plan.out, "maml.flops"), 0) << dataset;
    EXPECT_LT(children_peak(), 1000) << dataset;
  }
  const auto plan = run_bench({"--dry-run", "--generated-clients", "100000", "--algorithms", "maml"}, 4);
  EXPECT_EQ(plan.status, 0) << plan.err;
}

/// A plan of few small clients and a small network.
Finished small_plan(std::vector<std::string> arguments) {
  for (const std::string argument : {"--dry-run", "--model", "lr", "--generated-clients", "20",
                                     "--generated-samples", "12", "--threads", "1"})
    arguments.push_back(argument);
  auto plan = run_bench(arguments);
  EXPECT_EQ(plan.status, 0) << plan.err;
  return plan;
}

TEST(Plan, OfABillionRoundsIsTheMeanOverTheClients) {
  // With all 16 training clients in every round, each round costs the same.
  const auto with = [&](const std::string& rounds) {
    return small_plan({"--algorithms", "maml,perfedavg", "--clients-per-round", "16", "--rounds", rounds,
                       "--stage2-rounds", rounds})
        .out;
  };
  const auto one = with("1"), billion = with("1000000000");
  EXPECT_EQ(lines_with(one, "  expected: ").size(), 0U) << one;
  EXPECT_EQ(lines_with(billion, "  expected: FLOPs of maml, perfedavg").size(), 1U) << billion;
  for (const std::string name : {"maml.flops", "maml.bytes", "perfedavg.flops", "perfedavg.bytes"})
    EXPECT_NEAR(predicted(billion, name) / predicted(one, name), 1e9, 1) << name;
  EXPECT_LT(children_peak(), 1000);
}

/// Of more than 2^53 FLOPs the last digits are right, too: with all 16 training clients in every round, each
/// round costs the same.
TEST(Plan, TotalsAreExactIntegers) {
  const auto flops = [](int rounds) {
    return std::stoll(
        predicted_text(small_plan({"--algorithms", "maml", "--clients-per-round", "16", "--inner-epochs",
                                   "100001", "--rounds", std::to_string(rounds)})
                           .out,
                       "maml.flops"));
  };
  const auto all = flops(9973);
  EXPECT_GT(all, std::int64_t{1} << 53);
  EXPECT_EQ(all, 9973 * flops(1));
}

/// Nothing is told of machines that are not at hand, and columns for more ranks say of how many clients.
TEST(Plan, TellsTimesOfThisMachineAlone) {
  const auto out = small_plan({"--algorithms", "maml"}).out;
  EXPECT_EQ(out.find("H100"), std::string::npos) << out;
  EXPECT_NE(out.find("64 ranks, clients x64"), std::string::npos) << out;
}

/// Methods that train alike are trained once, and every seed anew; what it starts from and the last round are
/// evaluated, whatever the period.
TEST(Plan, TellsTheWallTimeOfTheWholeRun) {
  const auto out = small_plan({"--algorithms", "fedavg,fedavg-meta,maml", "--seeds", "1,2,3", "--rounds",
                               "50", "--eval-every", "20"})
                       .out;
  const auto row = lines_with(out, "  fedavg, fedavg-meta ");
  ASSERT_EQ(row.size(), 1U) << out;
  EXPECT_EQ(row[0].find_first_of("0123456789"), row[0].find("3  0:")) << row[0];
  EXPECT_NE(row[0].find(" (4)  0:"), std::string::npos)
      << "evaluated after rounds 0, 20, 40 and 50: " << row[0];
  EXPECT_EQ(lines_with(out, "  for a batch system: --time=0:05:00").size(), 1U) << out;
  EXPECT_GT(predicted(out, "run.wall_seconds"), 0);
}

TEST(Plan, OfNoRoundsIsThatOfAnEvaluation) {
  for (const std::string every : {"0", "1", "20"}) {
    const auto out =
        small_plan({"--algorithms", "maml,perfedavg", "--rounds", "0", "--eval-every", every}).out;
    for (const std::string name :
         {"maml.flops", "maml.bytes", "perfedavg.flops", "perfedavg.seconds_per_round"})
      EXPECT_EQ(predicted(out, name), 0) << name;
    EXPECT_EQ(out.find("nan"), std::string::npos) << out;
    const auto first = out.find(" (1)  0:");
    EXPECT_NE(first, std::string::npos) << "one evaluation of maml: " << out;
    EXPECT_NE(out.find(" (1)  0:", first + 1), std::string::npos) << "and one of perfedavg: " << out;
  }
}

TEST(Plan, SaysWhatTheWallTimeLeavesOut) {
  const auto plan =
      run_bench({"--dry-run", "--dataset", "production", "--algorithms", "maml,mfu,self", "--scale", "0.05"});
  ASSERT_EQ(plan.status, 0) << plan.err;
  EXPECT_EQ(lines_with(plan.out, "  not among it, since never measured: mfu, self").size(), 1U) << plan.out;
}

TEST(Plan, ExpectsAboutWhatIsDrawn) {
  const auto flops = [](const std::string& rounds) {
    return predicted(small_plan({"--algorithms", "maml", "--rounds", rounds}).out, "maml.flops") /
           std::stod(rounds);
  };
  EXPECT_NEAR(flops("1000000000") / flops("20000"), 1, 0.01);
}

// A task's steps are in memory at once: the one that is tried must not have them all.
TEST(Plan, TriesShortTasksHoweverLongTheyAre) {
  const auto times = [](const std::string& option, const std::string& algorithm) {
    const auto flops = [&](const std::string& value) {
      return predicted(small_plan({"--algorithms", algorithm, option, value}).out, algorithm + ".flops");
    };
    return flops("100000000") / flops("1");
  };
  EXPECT_NEAR(times("--local-epochs", "fedavg"), 1e8, 1);
  EXPECT_GT(times("--local-steps", "fedavg"), 5e7);  // the last of an epoch has fewer samples
  EXPECT_GT(times("--inner-epochs", "fomaml"), 1e7);
  EXPECT_LT(children_peak(), 1000);
}

}  // namespace
}  // namespace fedmeta::test
