// --dry-run against the run that it announces.
#include <gtest/gtest.h>

#include <string>

#include "cli/program.hpp"
#include "data/temporary_folder.hpp"
#include "record/results_reader.hpp"

namespace fedmeta::test {
namespace {

/// The value of a line "PREDICTED <name> = <value> <unit>".
double predicted(const std::string& out, const std::string& name) {
  const auto beginning = "PREDICTED " + name + " = ";
  const auto lines = lines_with(out, beginning);
  EXPECT_EQ(lines.size(), 1U) << name << "\n" << out;
  return lines.empty() ? -1 : std::stod(lines.front().substr(beginning.size()));
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

}  // namespace
}  // namespace fedmeta::test
