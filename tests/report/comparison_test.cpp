// What is compared with what, and the numbers of the tables against values worked out by hand.
#include "report/pooling/comparison.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <initializer_list>

#include "report/pooling/statistics.hpp"
#include "report/small_comparisons.hpp"
#include "report/tables/tables.hpp"

namespace fedmeta::report {
namespace {

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
  EXPECT_EQ(all[0].title, "FEMNIST (generated), 4 writers, 20% support, target 75%");
  EXPECT_EQ(all[5].title, "FEMNIST (generated), 4 writers, 20% support, target 80%");
  EXPECT_EQ(all[1].title, "FEMNIST, 4 writers, 20% support");
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
      "FEMNIST (generated), 4 writers, 20% support, digits true, partition writers, "))
      << all[1].title;
  EXPECT_TRUE(all[2].title.starts_with(
      "FEMNIST (generated), 4 writers, 20% support, digits false, partition shards, "))
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

/// Each seed from the model of its own seed is one method; from another file's, or from fresh parameters,
/// another.
TEST(Compare, TellsWhatRunsStartedFrom) {
  const auto started = [](std::int64_t seed, const std::string& from) {
    auto one = run("fedavg", seed, slow, 0.75, 100, 80);
    if (from.empty()) return one;
    auto& attributes = one.header.hyperparameters;
    attributes.emplace_back("start_from", from);
    attributes.emplace_back("start_seed", seed);
    attributes.emplace_back("start_rounds", std::int64_t{500});
    attributes.emplace_back("start_sum", "0123456789abcde" + std::to_string(seed));
    return one;
  };
  const std::vector<Source> sources{
      {"a.h5", results_with({started(1, ""), started(2, "")})},
      {"b.h5", results_with({started(1, "x.h5:fedavg"), started(2, "x.h5:fedavg")})},
      {"c.h5", results_with({started(1, "y.h5:fedavg")})}};
  const auto all = compare(sources);
  ASSERT_EQ(all.size(), 1U);
  ASSERT_EQ(all[0].methods.size(), 3U);
  EXPECT_EQ(all[0].methods[0].name, "fedavg (start-from none)");
  EXPECT_EQ(all[0].methods[0].members.size(), 2U);
  EXPECT_EQ(all[0].methods[1].name, "fedavg (start-from x.h5:fedavg)");
  EXPECT_EQ(all[0].methods[1].members.size(), 2U);
  EXPECT_EQ(all[0].methods[2].name, "fedavg (start-from y.h5:fedavg)");
  EXPECT_TRUE(all[0].notes.empty());
  EXPECT_EQ(baseline_of(all[0], all[0].methods[1]), &all[0].methods[1]) << "that of the same start";
}

/// Alone in a report it looked like a training of its own.
TEST(Compare, ARunsStartIsAlwaysInItsName) {
  auto one = run("fedavg", 1, slow, 0.75, 100, 80);
  one.header.hyperparameters.emplace_back("start_from", std::string("x.h5:fedavg"));
  const std::vector<Source> sources{{"a.h5", results_with({one})}};
  EXPECT_EQ(compare(sources)[0].methods[0].name, "fedavg (start-from x.h5:fedavg)");
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

/// It was in no row and no note, since another run has its seed.
TEST(AccuracyTable, AKilledRunBesideACompleteOneOfItsSeedHasARow) {
  auto killed = run("maml", 1, std::array{0.1}, .75, 10, 8);
  killed.status = "running";
  const std::vector<Source> sources{{"x/a.h5", results_with({run("maml", 1, fast, .75, 10, 8)})},
                                    {"x/b.h5", results_with({killed})}};
  const auto all = compare(sources);
  const ReportTable table = accuracy_table(all[0]), cost = cost_table(all[0]);
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_DOUBLE_EQ(number(table, 0, "accuracy"), 0.9);
  EXPECT_EQ(text(table, 1, "method"), "maml, seed 1 (b.h5)");
  EXPECT_EQ(text(table, 1, "status"), "running, at round 1");
  ASSERT_EQ(cost.rows.size(), 2u);
  EXPECT_EQ(number(cost, 0, "runs"), 1);
  EXPECT_EQ(number(cost, 1, "rounds"), 1);
  EXPECT_EQ(all[0].notes,
            std::vector<std::string>{"maml seed 1 is not complete (running): b.h5; that of a.h5 counts"});
  EXPECT_EQ(number(overhead_table(all[0]), 0, "seeds"), 1) << "a seed reaches the target once";
}

TEST(AccuracyTable, OfTwoKilledRunsOfASeedBothHaveARow) {
  auto results = results_with({run("maml", 1, fast, .75, 10, 8)}), other = results;
  results.runs[0].status = "running";
  other.runs[0].status = "interrupted";
  const std::vector<Source> sources{{"a.h5", results}, {"b.h5", other}};
  const auto all = compare(sources);
  const ReportTable table = accuracy_table(all[0]);
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(text(table, 0, "method"), "maml, seed 1");
  EXPECT_EQ(text(table, 1, "method"), "maml, seed 1 (b.h5)");
}

/// A copy made means of three runs, two of which are the same, and their spread too narrow.
TEST(CostTable, ACopyOfAFileCountsOnce) {
  auto again = results_with({run("maml", 1, fast, .75, 10, 8), run("mfu", 1, std::array{0.5}, .75, 0, 0)});
  again.runs[1].rounds.clear();
  again.runs[1].evaluations[0].loss = std::nan("");
  auto other = again;
  other.runs.pop_back();
  other.runs[0].rounds[1].seconds = 4;  // as only the same run has the same clocks
  const std::vector<Source> sources{{"a.h5", again}, {"copies/a.h5", again}, {"b.h5", other}};
  const auto all = compare(sources);
  const ReportTable table = cost_table(all[0]);
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(number(table, 0, "runs"), 2);
  EXPECT_DOUBLE_EQ(number(table, 0, "seconds"), 4.5);  // of 3 and 6, not of 3, 3 and 6
  EXPECT_EQ(number(table, 1, "runs"), 1);
  EXPECT_EQ(all[0].notes, std::vector<std::string>{
                              "2 runs of copies/a.h5 are in a.h5, too, to the last bit: counted once"});
}

/// Made at another time, a run is another one, even where all clocks are alike.
TEST(CostTable, ARunThatWasMadeAgainIsNoCopy) {
  std::vector<Source> sources{{"a.h5", results_with({run("maml", 1, fast, .75, 10, 8)})},
                              {"b.h5", results_with({run("maml", 1, fast, .75, 10, 8)})}};
  sources[1].results.header.created = "2024-01-02T03:04:06Z";
  const auto all = compare(sources);
  EXPECT_EQ(number(cost_table(all[0]), 0, "runs"), 2);
  EXPECT_TRUE(all[0].notes.empty());
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

/// A network from scratch for each test client has no rounds, and costs what its clients cost.
TEST(CostTable, CountsWhatClientsSpendAlone) {
  auto self = run("self", 1, std::array{0.5}, 0, 0, 0);
  self.rounds.clear();
  self.clients = {{2, 0.1, 0.5, 10, 0.9, 600}, {3, 0.1, 0.5, 10, 0.9, 700}};
  const std::vector<Source> sources{{"a.h5", results_with({self})}};
  EXPECT_EQ(number(cost_table(compare(sources)[0]), 0, "flops"), 1300);
  EXPECT_EQ(text(cost_table(compare(sources)[0]), 0, "flops_executed"), "–") << "is not in the file";
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
  EXPECT_EQ(text(table, 0, "seconds_broadcast"), "0.375");
  EXPECT_EQ(text(table, 0, "client_tasks_per_second"), "1.67");
}

/// They were 0.000.
TEST(CostTable, SmallNumbersHaveDigits) {
  auto quick = run("maml", 1, slow, .75, 1000, 80);
  for (auto& row : quick.rounds) row.seconds = 1e-5;
  const std::vector<Source> sources{{"a.h5", results_with({quick})}};
  const ReportTable table = cost_table(compare(sources)[0]);
  EXPECT_EQ(text(table, 0, "seconds"), "3e-05");
  EXPECT_EQ(text(table, 0, "efficiency"), "0.025");  // 3000 / (3e-5 s x 4e9 FLOP/s)
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
