// What is compared with what, and the numbers of the tables against values worked out by hand.
#include "report/comparison.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <initializer_list>

#include "base/error.hpp"
#include "record/synthetic_results.hpp"
#include "report/statistics.hpp"
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

double bounded(const ReportTable& table, std::size_t row, const std::string& key) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].key == key) return std::get<Bounded>(table.rows.at(row)[i]).value;
  throw std::out_of_range(key);
}

std::string title_of(const ReportTable& table, const std::string& key) {
  for (const ColumnHead& column : table.columns)
    if (column.key == key) return column.title;
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
  EXPECT_EQ(all[0].title, "femnist, generated data, 20% support (random), target 75%");
  EXPECT_EQ(all[5].title, "femnist, generated data, 20% support (random), target 80%");
  EXPECT_EQ(all[1].title, "femnist, data from leaf, 20% support (random)");
}

/// Seeds of one row: "36.0% sd 20.2, seeds 5" came of writers with 62 classes, of digits and of label shards.
TEST(Compare, KeepsOtherClientsAndVariantsOfTheDataApart) {
  const auto with = [](const std::string& name, const record::AttributeValue& value) {
    auto results = results_with({run("maml", 1, fast, .75, 10, 8)});
    for (const auto& [variant, usual] : std::initializer_list<std::pair<std::string, record::AttributeValue>>{
             {"digits", false}, {"invert", false}, {"partition", "writers"}})
      results.runs[0].header.hyperparameters.emplace_back(variant, variant == name ? value : usual);
    return results;
  };
  std::vector<Source> sources{
      {"a.h5", with("", 0.0)}, {"b.h5", with("digits", true)}, {"c.h5", with("partition", "shards")},
      {"d.h5", with("", 0.0)}, {"e.h5", with("", 0.0)},        {"f.h5", with("", 0.0)}};
  sources[3].results.data.samples[0] += 1;
  sources[4].results.data.client_id[1] = "other";
  sources[5].results.data.data_seed = 43;
  for (Source& source : sources) source.results.runs[0].header.seed = &source - sources.data();
  const auto all = compare(sources);
  ASSERT_EQ(all.size(), 6u);
  for (const Comparison& comparison : all) EXPECT_EQ(comparison.methods.at(0).members.size(), 1u);
  EXPECT_TRUE(all[1].title.starts_with(
      "femnist, generated data, 20% support (random), digits true, partition writers, "))
      << all[1].title;
  EXPECT_TRUE(all[2].title.starts_with(
      "femnist, generated data, 20% support (random), digits false, partition shards, "))
      << all[2].title;
  for (std::size_t c = 1; c < all.size(); ++c) EXPECT_NE(all[c].title, all[0].title);
}

TEST(Compare, PoolsDataSeedsWhereAsked) {
  std::vector<Source> sources{{"a.h5", results_with({run("maml", 1, fast, .75, 10, 8)})},
                              {"b.h5", results_with({run("maml", 1, slow, .75, 10, 8)})}};
  sources[1].results.data.data_seed = 43;
  sources[1].results.data.role = {2, 0, 0, 1};
  EXPECT_EQ(compare(sources).size(), 2u);
  const auto all = compare(sources, {.pool_data_seeds = true});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].methods[0].members.size(), 2u);
  ASSERT_EQ(all[0].notes.size(), 1u);
  EXPECT_EQ(all[0].notes[0],
            "runs of the data seeds 42, 43 are pooled: their clients differ in roles and divisions");
}

/// The same seed at 1 and 2 ranks: once for accuracy, a row each for cost.
TEST(Compare, TheSameSeedOnTwoMachinesCountsOnceForAccuracy) {
  std::vector<Source> sources{{"a.h5", results_with({run("maml", 1, fast, .75, 10, 8)})},
                              {"b.h5", results_with({run("maml", 1, fast, .75, 10, 8)})}};
  record::System& system = sources[1].results.system;
  system = {.rank = {0},
            .host = {"node-a"},
            .pid = {7},
            .device = {"cpu"},
            .threads = {1},
            .gemm_flops_per_second = {1e9},
            .gemm_flops_per_second_end = {}};
  for (auto& row : sources[1].results.runs[0].rounds) row.seconds = 3;
  const auto all = compare(sources);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(all[0].notes.empty());
  EXPECT_EQ(number(accuracy_table(all[0]), 0, "seeds"), 1);
  const ReportTable cost = cost_table(all[0]);
  ASSERT_EQ(cost.rows.size(), 2u);
  EXPECT_EQ(number(cost, 0, "ranks"), 1);
  EXPECT_EQ(number(cost, 0, "seconds"), 9);
  EXPECT_EQ(number(cost, 1, "ranks"), 2);
  EXPECT_EQ(number(cost, 1, "seconds"), 3);
  EXPECT_EQ(text(cost, 0, "device"), "cpu");
  EXPECT_EQ(text(cost, 1, "device"), "cpu, cuda");
  EXPECT_EQ(text(cost, 1, "threads"), "1-2");
}

TEST(Compare, NotesASeedThatWasRunAgainWithAnotherResult) {
  const std::vector<Source> sources{{"a.h5", results_with({run("maml", 1, fast, .75, 10, 8)})},
                                    {"b.h5", results_with({run("maml", 1, slow, .75, 10, 8)})}};
  const auto all = compare(sources);
  ASSERT_EQ(all[0].notes.size(), 1u);
  EXPECT_EQ(all[0].notes[0], "maml seed 1 was run again with another result (b.h5); that of a.h5 counts");
  EXPECT_DOUBLE_EQ(number(accuracy_table(all[0]), 0, "accuracy"), 0.9);
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

/// `same` and -1 stand for a value, and no method is split by them.
TEST(Compare, TakesSameForWhatItStandsFor) {
  const auto with = [](std::int64_t seed, const std::string& optimizer, double lr) {
    auto one = run("perfedavg", seed, fast, .75, 10, 8);
    for (const auto& [name, value] : std::initializer_list<std::pair<std::string, record::AttributeValue>>{
             {"local_optimizer", "adam"},
             {"local_lr", 0.5},
             {"personal_optimizer", optimizer},
             {"personal_lr", lr}})
      one.header.hyperparameters.emplace_back(name, value);
    return one;
  };
  const std::vector<Source> sources{
      {"a.h5", results_with({with(1, "same", -1), with(2, "adam", 0.5), with(3, "sgd", 0.25)})}};
  const auto all = compare(sources);
  ASSERT_EQ(all[0].methods.size(), 2u);
  EXPECT_EQ(all[0].methods[0].members.size(), 2u);
  EXPECT_EQ(all[0].methods[0].name, "perfedavg (personal-optimizer adam)");
  EXPECT_TRUE(all[0].notes.empty());
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
  EXPECT_EQ(text(accuracy_table(all[0]), 0, "status"), "complete");
  EXPECT_EQ(text(accuracy_table(all[0]), 1, "status"), "interrupted, at round 3");
}

/// A run that ended as it should is complete, whatever became of its file's others.
TEST(Compare, TakesACompleteRunOfAFileThatIsNot) {
  auto results = results_with({run("maml", 1, fast, .75, 10, 8)});
  results.header.status = "running";
  const std::vector<Source> sources{{"a.h5", results}};
  const auto all = compare(sources);
  EXPECT_TRUE(all[0].notes.empty());
  EXPECT_EQ(text(accuracy_table(all[0]), 0, "status"), "complete");
}

/// Not "40.6% sd 13.7" of round 60 and of a run killed at 8.
TEST(AccuracyTable, AnIncompleteSeedHasARowOfItsOwn) {
  auto killed = run("maml", 3, std::array{0.1}, .75, 10, 8);
  killed.status = "running";
  const std::vector<Source> sources{
      {"a.h5", results_with({run("maml", 1, fast, .75, 10, 8), run("maml", 2, slow, .75, 10, 8), killed})}};
  const auto all = compare(sources);
  const ReportTable table = accuracy_table(all[0]);
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_DOUBLE_EQ(number(table, 0, "accuracy"), 0.85);
  EXPECT_EQ(number(table, 0, "seeds"), 2);
  EXPECT_EQ(text(table, 1, "method"), "maml, seed 3");
  EXPECT_DOUBLE_EQ(number(table, 1, "accuracy"), 0.1);
  EXPECT_EQ(text(table, 1, "status"), "running, at round 1");
  ASSERT_EQ(cost_table(all[0]).rows.size(), 2u);
  EXPECT_EQ(number(cost_table(all[0]), 0, "rounds"), 3);
  EXPECT_EQ(number(cost_table(all[0]), 1, "rounds"), 1);
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
  // fedavg: 3 rounds of 100 FLOP and 80 bytes; maml: 2 of 400 and 80; meta-sgd: 3 of 400 and 160, and not
  // there.
  const std::vector<Source> sources{
      {"a.h5", results_with({run("fedavg", 1, slow, .75, 100, 80), run("maml", 1, fast, .75, 400, 80),
                             run("meta-sgd", 1, slower, .75, 400, 160)})}};
  const auto all = compare(sources);
  const ReportTable table = overhead_table(all[0]);
  EXPECT_EQ(bounded(table, 0, "flops"), 300);
  EXPECT_EQ(bounded(table, 1, "flops"), 800);
  EXPECT_EQ(bounded(table, 1, "bytes"), 160);
  EXPECT_EQ(bounded(table, 1, "rounds"), 2);
  EXPECT_EQ(text(table, 0, "bytes_reduction"), "1.00x");
  EXPECT_EQ(text(table, 1, "flops_reduction"), "0.38x");  // 300 / 800
  EXPECT_EQ(text(table, 1, "bytes_reduction"), "1.50x");  // 240 / 160
  EXPECT_EQ(number(table, 2, "reached"), 0);
  EXPECT_EQ(text(table, 2, "flops"), ">1.20 k");
  EXPECT_EQ(text(table, 2, "flops_reduction"), "<0.25x");  // 300 / more than 1,200
  EXPECT_EQ(text(table, 2, "flops_reduction_bound"), "at most");
  EXPECT_EQ(title_of(table, "flops_reduction"), "FLOP reduction against fedavg");
}

TEST(OverheadTable, ALowerBoundWhereFedavgNeverReachesTheTarget) {
  const std::vector<Source> sources{
      {"a.h5", results_with({run("fedavg", 1, slower, .75, 1000, 80), run("maml", 1, fast, .75, 400, 80),
                             run("meta-sgd", 1, slower, .75, 400, 160)})}};
  const auto all = compare(sources);
  EXPECT_EQ(text(overhead_table(all[0]), 1, "flops_reduction"), ">3.75x");  // 3000 / 800
  EXPECT_EQ(text(overhead_table(all[0]), 0, "flops_reduction"), "–");
  EXPECT_EQ(text(overhead_table(all[0]), 2, "flops_reduction"), "–");  // more than 3,000 over more than 1,200
}

/// Killed after it had met the target, and before a `target` was written: the factor was ">1.99x", and is
/// 0.47x.
TEST(OverheadTable, AKilledRunThatHadMetTheTarget) {
  auto killed = run("fedavg", 1, std::array{0.8, 0.8, 0.8, 0.8}, .75, 100, 80);
  killed.status = "running";
  killed.target.reset();
  const std::vector<Source> sources{{"a.h5", results_with({killed, run("maml", 1, fast, .75, 100, 80)})}};
  const auto all = compare(sources);
  const ReportTable table = overhead_table(all[0]);
  EXPECT_EQ(number(table, 0, "reached"), 1);
  EXPECT_EQ(bounded(table, 0, "rounds"), 1);
  EXPECT_EQ(text(table, 1, "flops_reduction"), "0.50x");  // 100 / 200
}

/// What it did after its last evaluation is unknown, and so no bound.
TEST(OverheadTable, AKilledRunIsABoundUpToItsLastEvaluation) {
  auto killed = run("fedavg", 1, std::array{0.1, 0.2, 0.3}, .75, 100, 80);
  killed.status = "running";
  killed.evaluations.pop_back();
  const std::vector<Source> sources{{"a.h5", results_with({killed, run("maml", 1, fast, .75, 100, 80)})}};
  const auto all = compare(sources);
  EXPECT_EQ(text(overhead_table(all[0]), 0, "rounds"), ">2.000");
  EXPECT_EQ(text(overhead_table(all[0]), 1, "flops_reduction"), ">1.00x");  // 200 / 200
}

/// Two of three seeds reach it: their mean alone would be too little.
TEST(OverheadTable, CensoredSeedsGiveBounds) {
  const std::vector<Source> sources{
      {"a.h5", results_with({run("fedavg", 1, slow, .75, 100, 80), run("fedavg", 2, slow, .75, 100, 80),
                             run("maml", 1, fast, .75, 100, 80), run("maml", 2, fast, .75, 100, 80),
                             run("maml", 3, slower, .75, 100, 80)})}};
  const auto all = compare(sources);
  const ReportTable table = overhead_table(all[0]);
  EXPECT_EQ(number(table, 1, "reached"), 2);
  EXPECT_EQ(number(table, 1, "seeds"), 3);
  EXPECT_NEAR(bounded(table, 1, "flops"), 700.0 / 3, 1e-9);  // 200, 200 and more than 300
  EXPECT_EQ(text(table, 1, "flops"), ">233");
  EXPECT_EQ(text(table, 1, "bound"), "at least");
  EXPECT_EQ(text(table, 1, "flops_sd"), "–");
  EXPECT_EQ(text(table, 1, "flops_reduction"), "<1.29x");  // 300 / more than 233
}

TEST(OverheadTable, SpreadOverSeeds) {
  // FLOP to the target: fedavg 300 and 200, maml 800 and 1,200: ratios .375 and .1667.
  const std::vector<Source> sources{
      {"a.h5", results_with({run("fedavg", 1, slow, .75, 100, 80), run("fedavg", 2, fast, .75, 100, 80),
                             run("maml", 1, fast, .75, 400, 80), run("maml", 2, slow, .75, 400, 80)})}};
  const auto all = compare(sources);
  const ReportTable table = overhead_table(all[0]);
  EXPECT_NEAR(number(table, 1, "flops_sd"), 400 / std::sqrt(2.0), 1e-9);
  EXPECT_NEAR(number(table, 1, "rounds_sd"), 1 / std::sqrt(2.0), 1e-12);
  EXPECT_EQ(text(table, 1, "flops_reduction"), "0.25x");  // 250 / 1,000
  EXPECT_NEAR(number(table, 1, "flops_reduction_sd"), (0.375 - 1.0 / 6) / std::sqrt(2.0), 1e-12);
}

/// Evaluated in rounds 2 and 4 alone, the target was met in round 3 or 4.
TEST(OverheadTable, SaysWhatEvaluationsLeaveOpen) {
  auto coarse = run("maml", 1, std::array{0.1, 0.2, 0.8, 0.9}, .75, 100, 80);
  coarse.evaluations = {coarse.evaluations[1], coarse.evaluations[3]};
  const std::vector<Source> sources{{"a.h5", results_with({run("fedavg", 1, fast, .75, 100, 80), coarse})}};
  const auto all = compare(sources);
  const ReportTable table = overhead_table(all[0]);
  EXPECT_EQ(shown(table.rows[1][6], Format::text), "3-4");
  EXPECT_EQ(number(table, 1, "rounds_least"), 3);
  EXPECT_EQ(shown(table.rows[0][6], Format::text), "");  // evaluated after each round
  EXPECT_EQ(text(table, 1, "flops_reduction"), "0.50x");
  EXPECT_NEAR(number(table, 1, "flops_reduction_low"), 200.0 / 400, 1e-12);
  EXPECT_NEAR(number(table, 1, "flops_reduction_high"), 200.0 / 300, 1e-12);
}

TEST(OverheadTable, HoldsTheTargetWhereAsked) {
  const std::vector<Source> sources{
      {"a.h5", results_with({run("maml", 1, std::array{0.8, 0.1, 0.8, 0.9, 0.8}, .75, 100, 80)})}};
  const auto rounds = [&](std::size_t hold) {
    return text(overhead_table(compare(sources, {.hold = hold})[0]), 0, "rounds");
  };
  EXPECT_EQ(rounds(1), "1.000");
  EXPECT_EQ(rounds(2), "3.000");
  EXPECT_EQ(rounds(3), "3.000");
  EXPECT_EQ(rounds(4), ">5.000");
}

TEST(OverheadTable, MeasuresTheTargetOnWhatIsAskedFor) {
  // accuracy .5, .75, .9; its client mean .01 less, before adaptation .1 less
  const std::vector<Source> sources{{"a.h5", results_with({run("maml", 1, fast, .75, 100, 80)})}};
  const auto rounds = [&](const std::string& on) {
    const auto all = compare(sources, {.target_on = on});
    return text(overhead_table(all[0]), 0, "rounds");
  };
  EXPECT_EQ(rounds("accuracy"), "2.000");
  EXPECT_EQ(rounds("accuracy_client_mean"), "3.000");
  EXPECT_EQ(rounds("initial_accuracy"), "3.000");
  EXPECT_EQ(rounds("initial_accuracy_client_mean"), ">3.000");  // not in the file
  const auto all = compare(sources, {.target_on = "accuracy_client_mean"});
  EXPECT_NE(overhead_table(all[0]).caption.find("until the accuracy, mean over clients of the test clients"),
            std::string::npos)
      << overhead_table(all[0]).caption;
}

TEST(OverheadTable, NoFactorWithoutFedavg) {
  const std::vector<Source> sources{{"a.h5", results_with({run("maml", 1, fast, .75, 400, 80)})}};
  const auto all = compare(sources);
  EXPECT_EQ(text(overhead_table(all[0]), 0, "flops_reduction"), "–");
  EXPECT_EQ(text(overhead_table(all[0]), 0, "baseline"), "none");
}

/// Whichever FedAvg comes first on the command line.
TEST(Baseline, IsTheFedavgOfTheSameOptions) {
  const auto with_batch = [](record::Run run, std::int64_t batch, double own_rate) {
    run.header.hyperparameters.emplace_back("batch_size", batch);
    run.header.hyperparameters.emplace_back(run.header.algorithm + "_rate", own_rate);  // the other lacks it
    return run;
  };
  std::vector<Source> sources{
      {"a.h5", results_with({with_batch(run("fedavg", 1, slow, .75, 100, 80), 20, 1)})},
      {"b.h5", results_with({with_batch(run("fedavg", 1, fast, .75, 100, 80), 10, 1),
                             with_batch(run("maml", 1, fast, .75, 400, 80), 10, 2)})}};
  for (int turn = 0; turn < 2; ++turn) {
    const auto all = compare(sources);
    ASSERT_EQ(all[0].methods.size(), 3u);
    const ReportTable table = overhead_table(all[0]);
    EXPECT_EQ(text(table, 2, "baseline"), "fedavg (batch-size 10)");
    EXPECT_EQ(text(table, 2, "flops_reduction"), "0.25x");  // 200 / 800
    std::swap(sources[0], sources[1]);
  }
}

TEST(Baseline, IsNoneWhereNoFedavgHasTheSameOptions) {
  auto fedavg = run("fedavg", 1, slow, .75, 100, 80), maml = run("maml", 1, fast, .75, 400, 80);
  fedavg.header.hyperparameters.emplace_back("clients_per_round", std::int64_t{4});
  maml.header.hyperparameters.emplace_back("clients_per_round", std::int64_t{8});
  const std::vector<Source> sources{{"a.h5", results_with({fedavg, maml})}};
  EXPECT_EQ(text(overhead_table(compare(sources)[0]), 1, "baseline"), "none");
  EXPECT_EQ(text(overhead_table(compare(sources, {.baseline = "fedavg"})[0]), 1, "flops_reduction"), "0.38x");
}

TEST(Baseline, IsTheOneChosen) {
  const std::vector<Source> sources{
      {"a.h5", results_with({run("fedavg", 1, slow, .75, 100, 80), run("maml", 1, fast, .75, 400, 80)})}};
  const auto all = compare(sources, {.baseline = "maml"});
  const ReportTable table = overhead_table(all[0]);
  EXPECT_EQ(text(table, 0, "flops_reduction"), "2.67x");  // 800 / 300
  EXPECT_EQ(title_of(table, "flops_reduction"), "FLOP reduction against maml");
  try {
    compare(sources, {.baseline = "reptile"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::usage);
    EXPECT_STREQ(error.what(), "no method is called reptile (--baseline): use one of fedavg, maml");
  }
}

/// A network from scratch for each test client has no rounds, and costs what its clients cost.
TEST(CostTable, CountsWhatClientsSpendAlone) {
  auto self = run("self", 1, std::array{0.5}, 0, 0, 0);
  self.rounds.clear();
  self.clients = {{2, 0.1, 0.5, 10, 0.9, 600}, {3, 0.1, 0.5, 10, 0.9, 700}};
  const std::vector<Source> sources{{"a.h5", results_with({self})}};
  EXPECT_EQ(number(cost_table(compare(sources)[0]), 0, "flops"), 1300);
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
