// Whole runs: what they print, the file they leave, and that the count of ranks changes nothing.

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "cli/program.hpp"
#include "data/temporary_folder.hpp"
#include "record/h5.hpp"
#include "record/results_reader.hpp"

namespace fedmeta::test {
namespace {

std::vector<std::string> tiny(const std::string& output, const std::string& algorithms,
                              const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"--generated-clients",
                                     "12",
                                     "--generated-samples",
                                     "14",
                                     "--generated-deviation",
                                     "2",
                                     "--algorithms",
                                     algorithms,
                                     "--output",
                                     output};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::vector<std::string> words(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> found;
  for (std::string word; in >> word;) found.push_back(word);
  return found;
}

/// FOM <algorithm>.<metric> = <value> <unit>, for each metric once.
void check_figures_of_merit(const std::string& out, const std::string& algorithm) {
  const std::map<std::string, std::string> units{
      {"accuracy", "fraction"},       {"client_tasks_per_second", "1/s"}, {"seconds_per_round", "s"},
      {"rounds_to_target", "rounds"}, {"bytes_to_target", "B"},           {"flops_to_target", "FLOP"}};
  for (const auto& [metric, unit] : units) {
    const auto lines = lines_with(out, "FOM " + algorithm + "." + metric + " = ");
    ASSERT_EQ(lines.size(), 1U) << metric << "\n" << out;
    const auto parts = words(lines[0]);
    ASSERT_EQ(parts.size(), 5U) << lines[0];
    EXPECT_EQ(parts[4], unit) << lines[0];
    EXPECT_TRUE(parts[3] == "none" || parts[3].find_first_not_of("0123456789.") == std::string::npos)
        << lines[0];
  }
}

/// Of x86; others are not compared.
std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) return line.substr(line.find(": ") + 2);
  return "";
}

void check_output(const std::string& out, int ranks) {
  EXPECT_EQ(out.rfind("fedmeta_bench ", 0), 0U) << out;
  for (int rank = 0; rank < ranks; ++rank)
    EXPECT_EQ(lines_with(out, "     " + std::to_string(rank) + "  ").size() +
                  lines_with(out, "  " + std::to_string(rank) + "  ").size(),
              1U)
        << "line of rank " << rank << "\n"
        << out;
  EXPECT_NE(out.find("source: generated"), std::string::npos) << out;
  EXPECT_NE(out.find("to target"), std::string::npos) << out;
  for (const std::string algorithm : {"fedavg", "fedavg-meta", "maml"})
    check_figures_of_merit(out, algorithm);
  EXPECT_TRUE(out.ends_with("\nRESULT: VALID\n")) << out;
}

void check_file(const record::Results& results, int ranks) {
  EXPECT_EQ(results.header.status, "complete");
  EXPECT_EQ(results.header.world_size, ranks);
  EXPECT_EQ(results.system.rank.size(), static_cast<std::size_t>(ranks));
  EXPECT_EQ(results.system.gemm_flops_per_second_end.size(), static_cast<std::size_t>(ranks));
  ASSERT_EQ(results.system.cpu.size(), static_cast<std::size_t>(ranks));
  const auto cpu = cpu_model();
  EXPECT_TRUE(cpu.empty() || results.system.cpu.back() == cpu) << results.system.cpu.back();
  EXPECT_EQ(results.system.gpus, 0) << "on the CPU";
  const auto& clocks = results.system.clocks;
  EXPECT_GE(clocks.total, clocks.loading + clocks.preparing + clocks.measuring + clocks.closing);
  EXPECT_EQ(results.data.source, "generated");
  EXPECT_EQ(results.data.client_id.size(), 12U);
  ASSERT_EQ(results.runs.size(), 6U);  // three algorithms, two seeds
  for (const auto& run : results.runs) {
    SCOPED_TRACE(run.header.algorithm + " seed " + std::to_string(run.header.seed));
    EXPECT_EQ(run.status, "complete");
    EXPECT_EQ(run.header.parameters, 6603710);
    ASSERT_EQ(run.rounds.size(), 2U);
    ASSERT_EQ(run.evaluations.size(), 3U);  // from before the first round on
    EXPECT_EQ(run.evaluations.front().round, 0);
    EXPECT_EQ(run.evaluations.back().round, 2);
    EXPECT_EQ(run.clients.size(), 2U);  // test clients: 12 - 9 - 1
    for (const auto& row : run.rounds) {
      EXPECT_EQ(row.clients.size(), 2U);
      EXPECT_EQ(row.rank_seconds_compute.size(), static_cast<std::size_t>(ranks));
      EXPECT_EQ(row.bytes_down, 2 * 4 * 6603710);
      EXPECT_GT(row.mpi_bytes, 0);
      EXPECT_EQ(row.device_bytes, 0) << "on the CPU";
      EXPECT_GT(row.flops_executed, 0);
      EXPECT_EQ(row.client_flops.size(), 2U);
      EXPECT_EQ(row.rank_seconds_wait.size(), static_cast<std::size_t>(ranks));
      EXPECT_EQ(row.seconds_checkpoint, 0);
    }
  }
  for (const auto& run : results.runs) {
    ASSERT_TRUE(run.phases.has_value());
    const auto& seconds = run.phases->seconds;
    EXPECT_NEAR(seconds[0] + seconds[1] + seconds[2], seconds[3], 0.02 * seconds[3] + 0.05);
    EXPECT_GE(seconds[1], run.rounds[0].seconds + run.rounds[1].seconds);
    EXPECT_LT(seconds[3], clocks.total);
  }
  // All algorithms see the same clients.
  for (std::size_t r = 0; r < 2; ++r)
    EXPECT_EQ(results.runs[0].rounds[r].clients, results.runs[4].rounds[r].clients);
}

void check_run(int ranks) {
  const TemporaryFolder folder;
  const auto output = folder.path() / "new" / "results.h5";
  const auto finished =
      run_bench(tiny(output.string(), "fedavg,fedavg-meta,maml",
                     {"--rounds", "2", "--clients-per-round", "2", "--seeds", "1,2", "--eval-every", "1"}),
                ranks);
  ASSERT_EQ(finished.status, 0) << finished.out << finished.err;
  EXPECT_TRUE(lines_with(finished.err, "fedmeta_bench").empty()) << finished.err;
  const int world = std::max(1, ranks);
  check_output(finished.out, world);
  EXPECT_FALSE(std::filesystem::exists(output.string() + ".part"));
  check_file(record::read_results(output), world);
}

// The curve in the file is that of the evaluation before and after personalising.
TEST(Run, KeepsThePersonalisationCurve) {
  const TemporaryFolder folder;
  const auto output = (folder.path() / "results.h5").string();
  const auto finished = run_bench({"--dataset", "synthetic", "--algorithms", "perfedavg",
                                   "--generated-clients", "20", "--rounds", "2", "--stage2-rounds", "1",
                                   "--personal-epochs", "2", "--personal-curve", "3", "--output", output});
  ASSERT_EQ(finished.status, 0) << finished.out << finished.err;
  const auto run = record::read_results(output).runs.at(0);
  ASSERT_EQ(run.curve.size(), 4U);
  const auto& last = run.evaluations.back();
  EXPECT_EQ(run.curve[3].epochs, 3);
  EXPECT_EQ(run.curve[0].accuracy, last.initial_accuracy);
  EXPECT_EQ(run.curve[0].accuracy_client_mean, last.initial_accuracy_client_mean);
  EXPECT_GT(last.initial_loss, 0);
  EXPECT_EQ(run.curve[2].accuracy, last.accuracy);
}

TEST(Run, AloneIsValid) {
  check_run(0);
}
TEST(Run, OnFourRanksIsValid) {
  check_run(4);
}

// Its factors are rounded, so its losses are others, and its check is against fp32.
TEST(Run, InBf16IsValidAndDiffers) {
  const TemporaryFolder folder;
  const auto losses = [&](const std::string& precision) {
    const auto output = (folder.path() / (precision + ".h5")).string();
    const auto finished =
        run_bench(tiny(output, "fedavg,maml,meta-sgd",
                       {"--rounds", "1", "--model", "tff-cnn", "--precision", precision, "--device", "cpu"}),
                  2);
    EXPECT_EQ(finished.status, 0) << finished.out << finished.err;
    std::vector<double> losses;
    for (const auto& run : record::read_results(output).runs) losses.push_back(run.rounds.at(0).loss);
    return losses;
  };
  const auto exact = losses("fp32"), rounded = losses("bf16");
  ASSERT_EQ(exact.size(), 3U);
  ASSERT_EQ(rounded.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NE(rounded[i], exact[i]);
    EXPECT_NEAR(rounded[i], exact[i], 0.05);
  }
}

using Models = std::map<std::string, std::vector<float>>;

/// theta, with alpha where there is one, of every algorithm after a run. Of the default network with a
/// quarter of its hidden units, on clients with a few samples, which make two batches all the same.
Models trained(const std::string& algorithms, int ranks, const std::vector<std::string>& more) {
  const TemporaryFolder folder;
  const auto output = folder.path() / "results.h5";
  std::vector<std::string> arguments{"--generated-clients",
                                     "12",
                                     "--generated-samples",
                                     "11",
                                     "--generated-deviation",
                                     "1",
                                     "--support-fraction",
                                     "0.5",
                                     "--model",
                                     "tff-cnn",
                                     "--batch-size",
                                     "6",
                                     "--inner-batch",
                                     "3",
                                     "--stage2-rounds",
                                     "1",
                                     "--stage2-local-steps",
                                     "2",
                                     "--personal-epochs",
                                     "1",
                                     "--save-model",
                                     "--eval-every",
                                     "0",
                                     "--threads",
                                     "1",
                                     "--algorithms",
                                     algorithms,
                                     "--output",
                                     output.string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const auto finished = run_bench(arguments, ranks);
  EXPECT_EQ(finished.status, 0) << finished.out << finished.err;
  Models models;
  if (finished.status != 0) return models;
  const auto file = record::h5::open_file(output);
  const auto runs = record::h5::open_group(file, "runs");
  for (const auto& algorithm : record::h5::members(runs)) {
    const auto run = record::h5::open_group(record::h5::open_group(runs, algorithm), "seed1");
    const auto model = record::h5::open_group(run, "model");
    auto& values = models[algorithm] = record::h5::read<float>(model, "theta").values;
    EXPECT_NE(values, record::h5::read<float>(model, "theta_initial").values) << algorithm;
    if (!record::h5::exists(model, "alpha")) continue;
    const auto alpha = record::h5::read<float>(model, "alpha").values;
    values.insert(values.end(), alpha.begin(), alpha.end());
  }
  return models;
}

/// Each of `models` equals the one of the same name in `reference` to the last bit.
void expect_same(const Models& models, const Models& reference, const std::string& what) {
  for (const auto& [algorithm, values] : models)
    EXPECT_TRUE(values == reference.at(algorithm)) << algorithm << " differs " << what;
}

/// Balanced on 2 and 4 ranks, at home on 3: where a client is trained must not matter either.
TEST(Run, ReproducibleSumsGiveTheSameBitsOnOneToFourRanks) {
  const auto on = [](int ranks, const std::string& placement) {
    return trained("all", ranks,
                   {"--reduction", "reproducible", "--rounds", "3", "--clients-per-round", "3", "--placement",
                    placement});
  };
  const auto alone = on(1, "balanced");
  ASSERT_EQ(alone.size(), 8U);
  for (const int ranks : {2, 3, 4}) {
    const auto models = on(ranks, ranks == 3 ? "home" : "balanced");
    EXPECT_EQ(models.size(), 8U);
    expect_same(models, alone, "on " + std::to_string(ranks) + " ranks");
  }
}

/// Which clients are computed together depends on the ranks, unless each is computed alone.
TEST(Run, ReproducibleSumsOfTheBatchedEngineDoNotDependOnTheRanks) {
  const auto on = [](int ranks) {
    return trained(
        "fedavg,maml,meta-sgd", ranks,
        {"--engine", "batched", "--reduction", "reproducible", "--rounds", "2", "--clients-per-round", "4"});
  };
  const auto alone = on(1);
  ASSERT_EQ(alone.size(), 3U);
  for (const int ranks : {2, 3, 4}) expect_same(on(ranks), alone, "on " + std::to_string(ranks) + " ranks");
}

double distance(const std::vector<float>& a, const std::vector<float>& b) {
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference += (a[i] - b[i]) * (a[i] - b[i]);
    size += b[i] * b[i];
  }
  return std::sqrt(difference / size);
}

/// In fp32, where ReLU and max-pool may decide near-ties otherwise: at small rates those do not add up. Adam
/// would enlarge them, on the client or at the server.
TEST(Run, WithTheBatchedEngineTrainsAsWithTheOthers) {
  const std::vector<std::string> steady{"--rounds",          "5",    "--clients-per-round", "4",
                                        "--local-optimizer", "sgd",  "--local-lr",          "0.005",
                                        "--outer-optimizer", "sgd",  "--outer-lr",          "0.005",
                                        "--inner-lr",        "0.005"};
  const auto by = [&](const std::string& engine) {
    auto more = steady;
    more.insert(more.end(), {"--engine", engine});
    return trained("all", 2, more);
  };
  const auto batched = by("batched"), derived = by("derived");
  ASSERT_EQ(batched.size(), 8U);
  for (const auto& [algorithm, theta] : batched)
    EXPECT_LT(distance(theta, derived.at(algorithm)), 1e-4) << algorithm;
}

TEST(Run, RepeatedAloneGivesTheSameBits) {
  const std::vector<std::string> native{"--rounds", "2", "--clients-per-round", "2"};
  const auto once = trained("fedavg,maml", 0, native);
  ASSERT_EQ(once.size(), 2U);
  expect_same(trained("fedavg,maml", 0, native), once, "the second time");
  auto other = native;
  other.insert(other.end(), {"--seeds", "1", "--data-seed", "43"});
  EXPECT_FALSE(trained("maml", 0, other).at("maml") == once.at("maml")) << "data do not matter";
}

}  // namespace
}  // namespace fedmeta::test
