// What methods spend until the target accuracy, against values worked out by hand, and what it is compared
// with.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <initializer_list>

#include "base/error.hpp"
#include "report/figures/figures.hpp"
#include "report/pooling/comparison.hpp"
#include "report/small_comparisons.hpp"
#include "report/tables/tables.hpp"

namespace fedmeta::report {
namespace {

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
  EXPECT_EQ(text(overhead_table(all[0]), 0, "rounds"), ">2");
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
  EXPECT_EQ(rounds(1), "1");
  EXPECT_EQ(rounds(2), "3");
  EXPECT_EQ(rounds(3), "3");
  EXPECT_EQ(rounds(4), ">5");
}

/// It met the target in round 2; the valid one in round 3.
TEST(OverheadTable, ARunThatFailedACheckSaysNothingOfTheTarget) {
  auto results = results_with({run("maml", 1, slow, .75, 100, 80), run("maml", 2, fast, .75, 100, 80)});
  results.runs[1].header.hyperparameters = results.runs[0].header.hyperparameters;
  results.runs[1].status = "invalid";
  const std::vector<Source> sources{{"a.h5", results}};
  EXPECT_EQ(text(overhead_table(compare(sources)[0]), 0, "rounds"), "3");
  EXPECT_EQ(text(overhead_table(compare(sources, {.with_invalid = true})[0]), 0, "rounds"), "2.5");
}

TEST(OverheadTable, MeasuresTheTargetOnWhatIsAskedFor) {
  // accuracy .5, .75, .9; its client mean .01 less, before adaptation .1 less
  const std::vector<Source> sources{{"a.h5", results_with({run("maml", 1, fast, .75, 100, 80)})}};
  const auto rounds = [&](const std::string& on) {
    const auto all = compare(sources, {.target_on = on});
    return text(overhead_table(all[0]), 0, "rounds");
  };
  EXPECT_EQ(rounds("accuracy"), "2");
  EXPECT_EQ(rounds("accuracy_client_mean"), "3");
  EXPECT_EQ(rounds("initial_accuracy"), "3");
  EXPECT_EQ(rounds("initial_accuracy_client_mean"), shown({}, Format::decimal)) << "was never measured";
  const auto all = compare(sources, {.target_on = "accuracy_client_mean"});
  EXPECT_NE(overhead_table(all[0]).caption.find("until the accuracy, mean over clients of the test clients"),
            std::string::npos)
      << overhead_table(all[0]).caption;
}

TEST(OverheadFigure, CountsItsSeeds) {
  const auto caption = [](std::vector<record::Run> runs) {
    const std::vector<Source> sources{{"a.h5", results_with(std::move(runs))}};
    return overhead_figure(compare(sources)[0]).caption;
  };
  const auto one = run("maml", 1, fast, .75, 100, 80), other = run("maml", 2, fast, .75, 100, 80);
  EXPECT_NE(caption({one}).find("; at most 1 seed."), std::string::npos) << caption({one});
  EXPECT_NE(caption({one, other}).find("; at most 2 seeds."), std::string::npos) << caption({one, other});
}

/// What a run starts from may meet the target: it took nothing, and nothing is divided by it.
TEST(OverheadTable, ATargetMetBeforeTheFirstRound) {
  const auto from_round_0 = [](record::Run one, double accuracy) {
    auto first = one.evaluations.front();
    first.round = 0;
    first.accuracy = accuracy;
    one.evaluations.insert(one.evaluations.begin(), first);
    return one;
  };
  const auto table_of = [&](double fedavg, double maml) {
    const std::vector<Source> sources{
        {"a.h5", results_with({from_round_0(run("fedavg", 1, slow, 0.75, 100, 80), fedavg),
                               from_round_0(run("maml", 1, fast, 0.75, 300, 40), maml)})}};
    return overhead_table(compare(sources)[0]);
  };
  const auto later = table_of(0.1, 0.1);  // an evaluation that misses it tells no more than none
  EXPECT_EQ(bounded(later, 0, "rounds"), 3);
  EXPECT_EQ(bounded(later, 1, "rounds"), 2);
  EXPECT_EQ(number(later, 1, "rounds_least"), 2);
  const auto maml_first = table_of(0.1, 0.8), fedavg_first = table_of(0.8, 0.1);
  EXPECT_EQ(bounded(maml_first, 1, "rounds"), 0);
  EXPECT_EQ(bounded(maml_first, 1, "flops"), 0);
  EXPECT_EQ(text(maml_first, 1, "flops_reduction"), "–") << "by nothing";
  EXPECT_EQ(bounded(fedavg_first, 0, "bytes"), 0);
  EXPECT_EQ(bounded(fedavg_first, 1, "flops_reduction"), 0) << "nothing over something";
  EXPECT_EQ(text(fedavg_first, 0, "flops_reduction"), "–");
}

/// A run that trained nothing is a row and a level like those of methods without rounds.
TEST(OverheadTable, ARunWithoutARound) {
  auto untrained = run("perfedavg", 1, slow, 0.75, 100, 80);
  untrained.rounds.clear();
  untrained.target.reset();
  untrained.evaluations = {untrained.evaluations.front()};
  untrained.evaluations[0].round = 0;
  const std::vector<Source> sources{
      {"a.h5", results_with({run("fedavg", 1, slow, 0.75, 100, 80), untrained})}};
  const auto all = compare(sources);
  const auto table = overhead_table(all[0]);
  EXPECT_EQ(text(table, 1, "rounds"), ">0");
  EXPECT_EQ(text(table, 1, "flops_reduction"), text(table, 1, "bytes_reduction"));
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

}  // namespace
}  // namespace fedmeta::report
