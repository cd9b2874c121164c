// What fedmeta_microbench writes: complete, and in agreement with itself and with the formulas.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include "cli/program.hpp"
#include "data/temporary_folder.hpp"

namespace fedmeta::test {
namespace {

using simdjson::dom::element;

Finished run_microbench(const std::vector<std::string>& arguments, int ranks) {
  return run_ranks(FEDMETA_MICROBENCH, arguments, ranks);
}

double number(element object, const std::string& key) {
  if (object[key].is_string()) return std::stod(std::string(std::string_view(object[key])));
  return object[key];
}

/// A short run, read back: its context and its benchmarks by name.
class ShortRun {
 public:
  ShortRun(const std::string& filter, int ranks, const std::vector<std::string>& more = {}) {
    const TemporaryFolder folder;
    const auto file = (folder.path() / "out.json").string();
    std::vector<std::string> arguments{"--benchmark_filter=" + filter, "--benchmark_min_time=0.001",
                                       "--benchmark_out=" + file, "--benchmark_out_format=json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto finished = run_microbench(arguments, ranks);
    EXPECT_EQ(finished.status, 0) << finished.err;
    all_ = parser_.load(file);
    for (element one : all_["benchmarks"]) benchmarks_[std::string(std::string_view(one["run_name"]))] = one;
  }
  element context() const { return all_["context"]; }
  const std::map<std::string, element>& benchmarks() const { return benchmarks_; }
  element operator[](const std::string& name) const { return benchmarks_.at(name + "/manual_time"); }

 private:
  simdjson::dom::parser parser_;
  element all_;
  std::map<std::string, element> benchmarks_;
};

/// Alone and on two ranks: measuring the ceilings takes seconds, so one run serves all that is asked.
class Microbench : public testing::TestWithParam<int> {
 protected:
  int ranks() const { return std::max(1, GetParam()); }
  /// `work` of one rank against what the benchmark says it did in its time.
  void expect_rate(const std::string& name, const char* rate, double work) {
    const double seconds = number(run_[name], "real_time") / 1e3;
    EXPECT_NEAR(number(run_[name], rate) * seconds / (ranks() * work), 1, 1e-6) << name;
  }

  ShortRun run_{
      "production-lr|inner_step/sent140-lstm/batch:10/|length:1024/|leaf_parsing|data_file|results|ceiling/"
      "memory",
      GetParam()};
};

TEST_P(Microbench, IsCompleteAndFollowsFromTimesAndFormulas) {
  EXPECT_EQ(number(run_.context(), "ranks"), ranks());
  EXPECT_EQ(run_.benchmarks().size(), ranks() > 1 ? 28U : 25U);
  // JSON knows no infinity: reading it would have failed.
  for (const auto& [name, benchmark] : run_.benchmarks()) {
    EXPECT_GT(number(benchmark, "real_time"), 0) << name;
    EXPECT_GT(number(benchmark, "ceiling_ratio"), 0) << name;
    EXPECT_GE(number(benchmark, "efficiency"), 0) << name;
    EXPECT_GT(number(benchmark, "flops_per_second") + number(benchmark, "bytes_per_second"), 0) << name;
  }
  // 103 inputs and 40 classes: F = 2 x 103 x 40, P = 104 x 40. Of a client's 100 samples four fifths are
  // support. A sample is 103 columns in fp32 and an int64 label.
  const double f = 2 * 103 * 40, p = 104 * 40;
  expect_rate("gradient/production-lr/batch:10", "flops_per_second", 3 * f * 10);
  expect_rate("hessian_product/production-lr/batch:100", "flops_per_second", 6 * f * 100);
  expect_rate("client_task/maml/production-lr/batch:10", "flops_per_second", 9 * f * 80 + 3 * f * 20);
  // A hundred passes over 80 samples to adapt, and 20 scored before and after.
  expect_rate("evaluation/maml/production-lr/batch:10", "flops_per_second", 3 * f * 80 * 100 + 2 * f * 20);
  expect_rate("gradient/production-lr/batch:10", "bytes_per_second", 4 * 2 * p + 10 * (4 * 103 + 8));
  expect_rate("server_step/adam/production-lr", "bytes_per_second", 4 * 7 * p);
  if (ranks() > 1) expect_rate("broadcast/length:1024", "bytes_per_second", 4 * 1024);
  const auto gradient = run_["gradient/production-lr/batch:10"];
  EXPECT_NEAR(number(gradient, "efficiency") * number(run_.context(), "sgemm_flops_per_second") /
                  number(gradient, "flops_per_second"),
              1, 1e-5);  // the context has six digits
}

TEST(MicrobenchSize, IsThatOfTheClientAskedFor) {
  const ShortRun run("production-lr/batch:60|client_task/fedavg/production-lr/batch:10", 0,
                     {"--client-samples", "60"});
  EXPECT_EQ(run.benchmarks().size(), 4U);
  const auto task = run["client_task/fedavg/production-lr/batch:10"];
  const double f = 2 * 103 * 40;
  EXPECT_NEAR(number(task, "flops_per_second") * number(task, "real_time") / 1e3 / (3 * f * 60), 1, 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Ranks, Microbench, testing::Values(0, 2));

TEST(MicrobenchUsage, SaysWhatItCannotDo) {
  EXPECT_EQ(run_microbench({"--benchmark_filter=no_such_name"}, 0).status, 2);
  const auto finished = run_microbench({"--benchmark_filtr=x"}, 2);
  EXPECT_EQ(finished.status, 2);
  EXPECT_EQ(lines_with(finished.err, "fedmeta_microbench: error: unknown option").size(), 1U) << finished.err;
  for (const std::string threads : {"0", "0x2", "", "99999999999999999999"}) {
    const auto refused = run_microbench({"--threads=" + threads}, threads == "0x2" ? 2 : 0);
    EXPECT_EQ(refused.status, 2);
    EXPECT_NE(refused.err.find("(--threads): "), std::string::npos) << refused.err;
  }
  const auto help = run_microbench({"--help"}, 0);
  EXPECT_EQ(help.status, 0);
  EXPECT_NE(help.out.find("--benchmark_filter"), std::string::npos);
}

}  // namespace
}  // namespace fedmeta::test
