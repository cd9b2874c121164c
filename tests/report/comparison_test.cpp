// What is compared with what, and the numbers of the tables against values worked out by hand.
#include "report/comparison.hpp"

#include <gtest/gtest.h>

#include <array>

#include "base/error.hpp"
#include "record/synthetic_results.hpp"
#include "report/tables.hpp"

namespace fedmeta::report {
namespace {

using record::run;

constexpr std::array slow{0.1, 0.5, 0.8};    // reaches .75 in round 3
constexpr std::array slower{0.1, 0.5, 0.6};  // never
constexpr std::array fast{0.5, 0.75, 0.9};   // reaches .75 in round 2

record::Results results_with(std::vector<record::Run> runs) {
  record::Results results = record::head();
  results.runs = std::move(runs);
  return results;
}

double number(const ReportTable& table, std::size_t row, const std::string& key) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].key == key) return std::get<double>(table.rows.at(row)[i]);
  throw std::out_of_range(key);
}

std::string text(const ReportTable& table, std::size_t row, const std::string& key) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].key == key) return shown(table.rows.at(row)[i], table.columns[i].format);
  throw std::out_of_range(key);
}

TEST(Summarise, SampleDeviation) {
  const Summary three = summarise({2, 4, 9});  // mean 5, squares 9 + 1 + 16 = 26, 26 / 2 = 13
  EXPECT_DOUBLE_EQ(three.mean, 5);
  EXPECT_DOUBLE_EQ(three.deviation.value(), std::sqrt(13.0));
  EXPECT_FALSE(summarise({2}).deviation.has_value());
  EXPECT_EQ(summarise({}).count, 0u);
}

TEST(Compare, PoolsSeedsOverFilesAndOrdersMethods) {
  const std::vector<Source> sources{
      {"a.h5", results_with({run("maml", 2, fast, .75, 10, 8), run("fedavg", 1, slow, .75, 10, 8)})},
      {"b.h5", results_with({run("maml", 1, fast, .75, 10, 8)})}};
  const auto all = compare(sources);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].name, "femnist-generated-20");
  ASSERT_EQ(all[0].methods.size(), 2u);
  EXPECT_EQ(all[0].methods[0].algorithm, "fedavg");
  ASSERT_EQ(all[0].methods[1].members.size(), 2u);
  EXPECT_EQ(all[0].methods[1].members[0].source->path, "b.h5");
  EXPECT_TRUE(all[0].notes.empty());
}

TEST(Compare, KeepsSettingsApart) {
  const auto base = results_with({run("maml", 1, fast, .75, 10, 8)});
  std::vector<Source> sources(6, Source{"a.h5", base});
  sources[1].results.data.source = "leaf";
  sources[2].results.data.support_fraction = 0.5;
  sources[3].results.data.dataset = "sent140";
  sources[4].results.data.division = "stratified";
  sources[5].results.runs = {run("maml", 1, fast, .8, 10, 8)};
  const auto all = compare(sources);
  ASSERT_EQ(all.size(), 6u);
  EXPECT_EQ(all[5].name, "femnist-generated-20-3");  // their files must not overwrite each other
}

TEST(Compare, RefusesTheSameRunTwice) {
  const auto results = results_with({run("maml", 1, fast, .75, 10, 8)});
  const std::vector<Source> sources{{"a.h5", results}, {"b.h5", results}};
  try {
    compare(sources);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::usage);
    EXPECT_STREQ(error.what(),
                 "the same run twice: maml seed 1 (a.h5 and b.h5): leave one file out, or make two reports");
  }
}

/// As Table 3 of Chen et al. 2018: the rows of two networks come from two files.
TEST(Compare, KeepsMethodsWithOtherHyperparametersApart) {
  const auto with_model = [](record::Run run, const std::string& model) {
    run.header.hyperparameters.emplace_back("model", model);
    run.header.hyperparameters.emplace_back("profile", model);  // says nothing that the others do not
    return run;
  };
  const std::vector<Source> sources{
      {"lr.h5", results_with({with_model(run("maml", 1, slow, .75, 10, 8), "lr"),
                              with_model(run("mfu", 1, slow, .75, 10, 8), "lr")})},
      {"nn.h5", results_with({with_model(run("maml", 1, fast, .75, 10, 8), "nn"),
                              with_model(run("maml", 2, fast, .75, 10, 8), "nn")})}};
  const auto all = compare(sources);
  ASSERT_EQ(all.size(), 1u);
  ASSERT_EQ(all[0].methods.size(), 3u);
  EXPECT_EQ(all[0].methods[0].name, "maml (model lr)");
  EXPECT_EQ(all[0].methods[1].name, "maml (model nn)");
  EXPECT_EQ(all[0].methods[1].members.size(), 2u);
  EXPECT_EQ(all[0].methods[2].name, "mfu");
  EXPECT_EQ(text(accuracy_table(all[0]), 1, "method"), "maml (model nn)");
}

TEST(Compare, NotesWhatIsNotComplete) {
  auto results = results_with({run("maml", 1, fast, .75, 10, 8), run("maml", 2, fast, .75, 10, 8)});
  results.runs[1].status = "interrupted";
  results.runs[1].header.hyperparameters.emplace_back("eval_every", std::int64_t{5});
  const std::vector<Source> sources{{"x/a.h5", results}};
  const auto all = compare(sources);
  ASSERT_EQ(all[0].notes.size(), 2u);
  EXPECT_EQ(all[0].notes[0], "maml seed 2 is not complete (interrupted): a.h5");
  EXPECT_EQ(all[0].notes[1], "maml: its seeds differ in eval_every");
  EXPECT_EQ(text(accuracy_table(all[0]), 0, "status"), "1 of 2 not complete");
}

TEST(AccuracyTable, MeanAndDeviationOverSeeds) {
  auto other = run("maml", 2, std::array{0.5, 0.7}, .75, 10, 8);
  const std::vector<Source> sources{{"a.h5", results_with({run("maml", 1, fast, .75, 10, 8), other})}};
  const auto all = compare(sources);
  const ReportTable table = accuracy_table(all[0]);
  EXPECT_DOUBLE_EQ(number(table, 0, "accuracy"), 0.8);  // of .9 and .7
  EXPECT_NEAR(number(table, 0, "accuracy_sd"), 0.1414213562, 1e-9);
  EXPECT_DOUBLE_EQ(number(table, 0, "initial_accuracy"), 0.7);
  EXPECT_DOUBLE_EQ(number(table, 0, "accuracy_client_mean"), 0.79);
  EXPECT_DOUBLE_EQ(number(table, 0, "loss"), 0.2);
  EXPECT_EQ(number(table, 0, "seeds"), 2);
  EXPECT_EQ(text(table, 0, "rounds"), "2-3");
  EXPECT_EQ(text(table, 0, "source"), "generated");
  EXPECT_EQ(text(table, 0, "accuracy"), "80.0%");
  EXPECT_EQ(text(table, 0, "accuracy_sd"), "14.1");
}

TEST(AccuracyTable, UsesTheLastEvaluationOfTheSplit) {
  auto both = run("maml", 1, fast, .75, 10, 8);
  both.evaluations.push_back({3, "validation", 0.1, 0.1, 9, 0.1, 0});
  auto validation = run("fedavg", 1, fast, .75, 10, 8);
  for (auto& row : validation.evaluations) row.split = "validation";
  const std::vector<Source> sources{{"a.h5", results_with({both, validation})}};
  const auto all = compare(sources);
  const ReportTable table = accuracy_table(all[0]);
  EXPECT_EQ(all[0].split, "test");
  EXPECT_DOUBLE_EQ(number(table, 1, "accuracy"), 0.9);
  EXPECT_EQ(text(table, 0, "accuracy"), "–");
  EXPECT_EQ(text(table, 0, "rounds"), "none");
}

TEST(OverheadTable, ReductionAgainstFedavg) {
  // fedavg: 3 rounds of 100 FLOP and 80 bytes; maml: 2 of 400 and 80; meta-sgd: never.
  const std::vector<Source> sources{
      {"a.h5", results_with({run("fedavg", 1, slow, .75, 100, 80), run("maml", 1, fast, .75, 400, 80),
                             run("meta-sgd", 1, slower, .75, 400, 160)})}};
  const auto all = compare(sources);
  const ReportTable table = overhead_table(all[0]);
  EXPECT_EQ(number(table, 0, "flops"), 300);
  EXPECT_EQ(number(table, 1, "flops"), 800);
  EXPECT_EQ(number(table, 1, "bytes"), 160);
  EXPECT_EQ(number(table, 1, "rounds"), 2);
  EXPECT_EQ(text(table, 0, "bytes_reduction"), "1.00x");
  EXPECT_EQ(text(table, 1, "flops_reduction"), "0.38x");  // 300 / 800
  EXPECT_EQ(text(table, 1, "bytes_reduction"), "1.50x");  // 240 / 160
  EXPECT_EQ(text(table, 2, "reached"), "0 of 1");
  EXPECT_EQ(text(table, 2, "flops"), "–");
  EXPECT_EQ(text(table, 2, "flops_reduction"), "–");
}

TEST(OverheadTable, ALowerBoundWhereFedavgNeverReachesTheTarget) {
  const std::vector<Source> sources{
      {"a.h5", results_with({run("fedavg", 1, slower, .75, 1000, 80), run("maml", 1, fast, .75, 400, 80)})}};
  const auto all = compare(sources);
  EXPECT_EQ(text(overhead_table(all[0]), 1, "flops_reduction"), ">3.75x");  // 3000 / 800
  EXPECT_EQ(text(overhead_table(all[0]), 0, "flops_reduction"), "–");
}

TEST(OverheadTable, NoFactorWithoutFedavg) {
  const std::vector<Source> sources{{"a.h5", results_with({run("maml", 1, fast, .75, 400, 80)})}};
  const auto all = compare(sources);
  EXPECT_EQ(text(overhead_table(all[0]), 0, "flops_reduction"), "–");
}

TEST(CostTable, SumsAndEfficiency) {
  const std::vector<Source> sources{{"a.h5", results_with({run("maml", 1, slow, .75, 2'000'000'000, 80)})}};
  const auto all = compare(sources);
  const ReportTable table = cost_table(all[0]);
  EXPECT_EQ(number(table, 0, "rounds"), 3);
  EXPECT_EQ(number(table, 0, "flops"), 6e9);
  EXPECT_EQ(number(table, 0, "flops_executed"), 6e9 + 21);
  EXPECT_EQ(number(table, 0, "bytes_down"), 180);
  EXPECT_EQ(number(table, 0, "bytes_up"), 60);
  EXPECT_EQ(number(table, 0, "mpi_bytes"), 480);
  EXPECT_EQ(number(table, 0, "seconds"), 3);
  EXPECT_EQ(number(table, 0, "seconds_compute"), 1.5);
  EXPECT_DOUBLE_EQ(number(table, 0, "client_tasks_per_second"), 5.0 / 3);  // 2 + 1 + 2 clients in 3 s
  EXPECT_DOUBLE_EQ(number(table, 0, "efficiency"), 0.5);                   // 6e9 / (3 s x 4e9 FLOP/s)
}

TEST(CostTable, EfficiencyIsWithheldWhereTheGemmRateDrifted) {
  std::vector<Source> sources{{"a.h5", results_with({run("maml", 1, slow, .75, 10, 80)})}};
  sources[0].results.system.gemm_flops_per_second_end = {1e9, 1.7e9};  // 2.7 of 4: 32% less
  EXPECT_EQ(text(cost_table(compare(sources)[0]), 0, "efficiency"), "–");
  sources[0].results.system.gemm_flops_per_second_end = {1e9, 1.9e9};  // 27% less
  EXPECT_NE(text(cost_table(compare(sources)[0]), 0, "efficiency"), "–");
}

TEST(CostTable, ARunWithoutRoundsHasDashesNotNumbers) {
  const std::vector<Source> sources{
      {"a.h5", results_with({run("maml", 1, std::array<double, 0>{}, .75, 10, 80)})}};
  EXPECT_EQ(text(cost_table(compare(sources)[0]), 0, "efficiency"), "–");
  EXPECT_EQ(text(accuracy_table(compare(sources)[0]), 0, "accuracy"), "–");
}

}  // namespace
}  // namespace fedmeta::report
