// Seconds, balance, scaling, energy and money of runs, against values worked out by hand.
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "record/results_writer.hpp"
#include "report/machine/machine_section.hpp"
#include "report/machine/machine_tables.hpp"
#include "report/machine/prices.hpp"
#include "report/machine/round_tables.hpp"
#include "report/machine/scaling.hpp"
#include "report/small_comparisons.hpp"

namespace fedmeta::report {
namespace {

/// Of two rounds of 1 s: 0.125 broadcast, 0.5 compute (0.5 and 0.375 by rank), 0.25 reduce, 0.0625 update.
record::Run two_rounds(const std::string& algorithm = "maml", std::int64_t seed = 1) {
  return run(algorithm, seed, std::array{0.5, 0.8}, .75, 1000, 80);
}

std::vector<Source> one_file(std::vector<record::Run> runs) {
  return {{"a.h5", results_with(std::move(runs))}};
}

bool is_missing(const ReportTable& table, std::size_t row, const std::string& key, const std::string& why) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].key == key) {
      const auto* missing = std::get_if<Missing>(&table.rows.at(row)[i]);
      return missing != nullptr && missing->why == why;
    }
  throw std::out_of_range(key);
}

TEST(RoundTable, SplitsTheSecondsOfARound) {
  auto first = two_rounds();
  first.phases = {.seconds = {0.75, 2, 1, 4}};
  const auto sources = one_file({first});
  const auto all = compare(sources);
  const auto table = round_table(runs_by_machine(all));
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(number(table, 0, "rounds"), 2);
  EXPECT_EQ(number(table, 0, "seconds"), 1);
  EXPECT_EQ(number(table, 0, "seconds_broadcast"), 0.125);
  EXPECT_EQ(number(table, 0, "seconds_compute"), 0.5);
  EXPECT_EQ(number(table, 0, "seconds_reduce"), 0.25);
  EXPECT_EQ(number(table, 0, "seconds_update"), 0.0625);
  EXPECT_EQ(number(table, 0, "seconds_rest"), 0.0625);
  EXPECT_EQ(number(table, 0, "seconds_wait"), (0.0625 + 0.25) / 2);
  EXPECT_EQ(number(table, 0, "seconds_evaluation"), 0.5);   // two of 0.5 s in two rounds
  EXPECT_EQ(number(table, 0, "seconds_checkpoint"), 0.25);  // one of 0.5 s
  EXPECT_EQ(number(table, 0, "seconds_setup"), 0.75);
}

/// 0.5 - 0.05 - 0.35 - 0.06 - 0.04 is 0, and 3.5e-17 in binary.
TEST(RoundTable, HasNoRestOfRounding) {
  auto split = two_rounds();
  for (auto& row : split.rounds) {
    row.seconds = 0.5;
    row.seconds_broadcast = 0.05;
    row.seconds_compute = 0.35;
    row.seconds_reduce = 0.06;
    row.seconds_update = 0.04;
  }
  const auto sources = one_file({split});
  const auto all = compare(sources);
  EXPECT_EQ(number(round_table(runs_by_machine(all)), 0, "seconds_rest"), 0);
  split.rounds[0].seconds += 4e-9;
  const auto longer = one_file({split});
  const auto compared = compare(longer);
  EXPECT_NEAR(number(round_table(runs_by_machine(compared)), 0, "seconds_rest"), 2e-9, 1e-15);
}

TEST(RoundTable, IsAMeanOverTheRunsOfAMachine) {
  auto slow = two_rounds("maml", 2);
  for (auto& row : slow.rounds) row.seconds = 3;
  const auto sources = one_file({two_rounds(), slow});
  const auto all = compare(sources);
  const auto table = round_table(runs_by_machine(all));
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(number(table, 0, "seconds"), 2);
  EXPECT_EQ(number(table, 0, "runs"), 2);
}

TEST(RoundTable, SaysWhatOlderFilesLack) {
  auto old = two_rounds();
  for (auto& row : old.rounds) {
    row.rank_seconds_wait.clear();
    row.seconds_checkpoint = std::nan("");
  }
  const auto sources = one_file({old});
  const auto all = compare(sources);
  const auto table = round_table(runs_by_machine(all));
  for (const char* key : {"seconds_wait", "seconds_checkpoint", "seconds_setup"})
    EXPECT_TRUE(is_missing(table, 0, key, "not recorded")) << key;
  EXPECT_NE(to_csv(table).find(",,"), std::string::npos) << "CSV has numbers alone";
  EXPECT_EQ(to_csv(table).find("not recorded"), std::string::npos);
}

TEST(MachineTables, SayThatThereAreNoRounds) {
  auto alone = two_rounds("self");
  alone.rounds.clear();
  const auto sources = one_file({alone});
  const auto all = compare(sources);
  const auto rounds = round_table(runs_by_machine(all)), rates = efficiency_table(runs_by_machine(all));
  for (const char* key : {"seconds", "seconds_wait", "seconds_checkpoint"})
    EXPECT_TRUE(is_missing(rounds, 0, key, "no rounds")) << key;
  for (const char* key : {"flops_per_second", "efficiency", "efficiency_executed", "efficiency_computing"})
    EXPECT_TRUE(is_missing(rates, 0, key, "no rounds")) << key;
}

TEST(RankTable, HasWhatEachRankComputedAndWaited) {
  const auto sources = one_file({two_rounds()});
  const auto all = compare(sources);
  const auto table = rank_table(runs_by_machine(all)).values;
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(number(table, 0, "seconds_compute"), 0.5);
  EXPECT_EQ(number(table, 1, "seconds_compute"), 0.375);
  EXPECT_EQ(number(table, 0, "seconds_wait"), 0.0625);
  EXPECT_EQ(number(table, 1, "seconds_wait"), 0.25);
  EXPECT_EQ(text(table, 1, "host"), "node-b");
  EXPECT_EQ(number(table, 0, "balance"), 0.4375 / 0.5);
}

/// Of many ranks those that compute most are on the page.
TEST(RankTable, IsShortenedOnThePage) {
  auto results = results_with({two_rounds()});
  const std::size_t ranks = 20;
  auto& system = results.system;
  system.rank.clear();
  for (std::size_t r = 0; r < ranks; ++r) system.rank.push_back(static_cast<std::int32_t>(r));
  system.host.assign(ranks, "node");
  system.device.assign(ranks, "cpu");
  system.threads.assign(ranks, 1);
  for (auto& row : results.runs[0].rounds) {
    row.rank_seconds_compute.clear();
    for (std::size_t r = 0; r < ranks; ++r) row.rank_seconds_compute.push_back(static_cast<double>(r));
  }
  const std::vector<Source> sources{{"a.h5", results}};
  const auto all = compare(sources);
  const auto table = rank_table(runs_by_machine(all));
  EXPECT_EQ(table.values.rows.size(), 20U);
  ASSERT_EQ(table.shown.rows.size(), 16U);
  EXPECT_EQ(number(table.shown, 0, "rank"), 19);
  EXPECT_EQ(number(table.shown, 15, "rank"), 4);
  EXPECT_EQ(number(table.values, 0, "balance"), 9.5 / 19);
}

TEST(Balance, IsUnknownWhereTheRanksChanged) {
  auto changed = two_rounds();
  changed.rounds[1].rank_seconds_compute = {0.5};
  const auto sources = one_file({changed});
  EXPECT_FALSE(balance({&sources[0].results.runs[0], &sources[0]}).has_value());
}

/// 1,000 FLOP in a second where sgemm makes 4e9, half of it computing.
TEST(EfficiencyTable, ComparesWithSgemm) {
  const auto sources = one_file({two_rounds()});
  const auto all = compare(sources);
  const auto table = efficiency_table(runs_by_machine(all));
  EXPECT_EQ(number(table, 0, "flops_per_second"), 1000);
  EXPECT_EQ(number(table, 0, "flops_executed_per_second"), 1007);
  EXPECT_EQ(number(table, 0, "gemm_flops_per_second"), 4e9);
  EXPECT_DOUBLE_EQ(number(table, 0, "efficiency"), 1000 / 4e9);
  EXPECT_DOUBLE_EQ(number(table, 0, "efficiency_computing"), 1000 / 2e9);
  EXPECT_EQ(text(table, 0, "limited_by"), "computing, 50% of the round");
  EXPECT_EQ(table.caption.find("2048"), std::string::npos) << "files do not tell how large the matrices were";
}

/// "Withheld" is for clocks that do not apply, of which a method without rounds has none.
TEST(EfficiencyTable, SaysWhyThereIsNone) {
  auto self = two_rounds("self");
  self.rounds.clear();
  auto sources = one_file({two_rounds(), self});
  sources[0].results.system.gemm_flops_per_second_end = {1e9, 1.7e9};  // 32% less
  const auto all = compare(sources);
  const auto table = efficiency_table(runs_by_machine(all));
  ASSERT_EQ(table.rows.size(), 2U);
  for (const char* key : {"efficiency", "efficiency_executed", "efficiency_computing"}) {
    EXPECT_TRUE(is_missing(table, 0, key, "withheld")) << key;
    EXPECT_TRUE(is_missing(table, 1, key, "no rounds")) << key;
  }
}

TEST(MachinesTable, TellsWhatTheFileTells) {
  auto results = results_with({two_rounds()});
  results.system.clocks.closing = 3;
  results.system.clocks.total = 7200;
  auto old = results;
  old.system.cpu.clear();
  old.system.gpu.clear();
  old.system.slurm_job_id.clear();
  old.system.gpus = -1;
  old.system.clocks = {};
  const std::vector<Source> sources{{"new.h5", results}, {"old.h5", old}};
  const auto table = machines_table(sources, {.core_hour = 0.5, .gpu_hour = 2});
  EXPECT_EQ(text(table, 0, "cpu"), "Processor A, Processor B");
  EXPECT_EQ(text(table, 0, "gpu"), "Accelerator C");
  EXPECT_EQ(text(table, 0, "slurm_job_id"), "4711");
  EXPECT_EQ(number(table, 0, "nodes"), 2);
  EXPECT_EQ(number(table, 0, "cores"), 3);
  EXPECT_EQ(number(table, 0, "seconds_total"), 7200);
  EXPECT_EQ(number(table, 0, "seconds_loading"), 2);
  EXPECT_EQ(number(table, 0, "core_hours"), 6);
  EXPECT_EQ(number(table, 0, "cost"), 6 * 0.5 + 2 * 2);
  EXPECT_EQ(number(table, 1, "gpus"), 1) << "the cuda device of node-b";
  EXPECT_EQ(text(table, 1, "cpu"), "not recorded");
  EXPECT_TRUE(is_missing(table, 1, "cost", "not recorded"));
  EXPECT_TRUE(is_missing(machines_table(sources, {}), 0, "cost", "no price"));
}

TEST(EnergyTable, HasJoulesARoundAndOfTheRun) {
  const double none = std::nan("");
  std::vector<record::Run> runs{two_rounds("maml", 1), two_rounds("maml", 2), two_rounds("maml", 3),
                                two_rounds("fedavg", 1)};
  runs[0].phases = {{1, 20, 12, 33}, {none, 200, 100, 310}, "rapl"};
  runs[1].phases = {{1, 20, 2, 33}, {none, 400, none, 500}, "rapl"};
  runs[2].phases = {.seconds = {1, 2, 1, 4}};
  const auto sources = one_file(runs);
  const auto all = compare(sources);
  const auto table = energy_table(runs_by_machine(all));
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(text(table, 0, "source"), "not measured");  // fedavg comes first
  EXPECT_TRUE(is_missing(table, 0, "joules", "not measured"));
  EXPECT_EQ(number(table, 1, "joules_per_round"), 150);  // of 100 and 200
  EXPECT_EQ(number(table, 1, "joules_rounds"), 300);
  EXPECT_EQ(number(table, 1, "joules_evaluation"), 100);
  EXPECT_EQ(number(table, 1, "joules"), 405);
  EXPECT_EQ(number(table, 1, "measured_runs"), 2);
  EXPECT_EQ(text(table, 1, "source"), "rapl");
}

/// 3 cores and a GPU. A run: 0.75 s of checks, 2 rounds of 1 s, 2 evaluations of 0.5 s, a checkpoint of 0.5
/// s.
TEST(PriceTable, ChargesCoresGpusAndBytes) {
  auto priced = two_rounds();
  priced.phases = {.seconds = {0.75, 2, 1, 4}};
  const auto sources = one_file({priced});
  const auto all = compare(sources);
  const auto table = price_table(runs_by_machine(all),
                                 {.core_hour = 3600, .gpu_hour = 7200, .gigabyte = 1e9, .currency = "CHF"});
  constexpr double seconds = 0.75 + 2 + 1 + 0.5;
  EXPECT_EQ(number(table, 0, "cores"), 3);
  EXPECT_EQ(number(table, 0, "gpus"), 1);
  EXPECT_DOUBLE_EQ(number(table, 0, "hours"), seconds / 3600);
  EXPECT_DOUBLE_EQ(number(table, 0, "gigabytes"), 160e-9);
  EXPECT_DOUBLE_EQ(number(table, 0, "cost"), seconds * (3 + 2) + 160);
  // The target was met in round 2: all of it.
  EXPECT_DOUBLE_EQ(bounded(table, 0, "cost_to_target"), seconds * 5 + 160);
  EXPECT_EQ(text(table, 0, "cost_to_target_bound"), "exact");
  EXPECT_EQ(table.title, "Cost in CHF");
  EXPECT_NE(table.caption.find("3600 CHF a core hour"), std::string::npos) << table.caption;
}

/// Met in round 1 of 2, by one seed; the other never does, and is charged to its end.
TEST(PriceTable, OfTheTargetEndsWhereItWasMet) {
  const auto sources = one_file({run("maml", 1, std::array{0.8, 0.9}, .75, 1000, 80)});
  const auto all = compare(sources);
  const Prices a_second{.core_hour = 1200};  // 3 cores
  const auto met = price_table(runs_by_machine(all), a_second);
  EXPECT_DOUBLE_EQ(bounded(met, 0, "cost_to_target"), 1 + 0.5);
  const auto both = one_file({run("maml", 1, std::array{0.8, 0.9}, .75, 1000, 80),
                              run("maml", 2, std::array{0.1, 0.2}, .75, 1000, 80)});
  const auto compared = compare(both);
  const auto table = price_table(runs_by_machine(compared), a_second);
  EXPECT_DOUBLE_EQ(bounded(table, 0, "cost_to_target"), (1.5 + 3.5) / 2);
  EXPECT_EQ(text(table, 0, "cost_to_target").front(), '>');
  EXPECT_EQ(text(table, 0, "cost_to_target_bound"), "at least");
  EXPECT_EQ(number(table, 0, "reached"), 1);
}

/// On the CPU, of one thread a rank, on as many hosts as ranks.
Source on_ranks(int ranks, double seconds, std::int64_t clients, std::vector<std::int64_t> seeds = {1}) {
  std::vector<record::Run> runs;
  for (const auto seed : seeds) {
    auto& made = runs.emplace_back(two_rounds("maml", seed));
    made.header.hyperparameters.emplace_back("clients_per_round", clients);
    for (auto& row : made.rounds) {
      row.seconds = seconds;
      row.clients.assign(static_cast<std::size_t>(clients), 0);
      row.client_flops.clear();
      row.rank_seconds_compute.assign(static_cast<std::size_t>(ranks), seconds / 2);
      row.rank_seconds_wait.clear();
    }
  }
  auto results = results_with(std::move(runs));
  results.header.world_size = ranks;
  results.system = {};
  for (int r = 0; r < ranks; ++r) {
    results.system.rank.push_back(r);
    results.system.host.push_back("node" + std::to_string(r));
    results.system.pid.push_back(1);
    results.system.device.emplace_back("cpu");
    results.system.threads.push_back(1);
    results.system.gemm_flops_per_second.push_back(1e9);
  }
  return {"ranks" + std::to_string(ranks) + "-" + std::to_string(clients) + ".h5", results};
}

/// Amdahl's law, T(p) = s + (1 - s) / p, with s = 1/4: efficiencies 1 / (p s + 1 - s).
TEST(Scaling, StrongByAmdahlsLaw) {
  const std::vector<Source> sources{on_ranks(4, 0.25 + 0.75 / 4, 8), on_ranks(1, 1, 8, {1, 2}),
                                    on_ranks(2, 0.25 + 0.75 / 2, 8)};
  const auto all = compare(sources);
  const auto series = scaling(all.at(0));
  ASSERT_EQ(series.size(), 1U);
  EXPECT_FALSE(series[0].weak);
  EXPECT_EQ(series[0].name, "maml, 8 clients a round");
  ASSERT_EQ(series[0].points.size(), 3U);
  for (const auto& point : series[0].points) {
    EXPECT_DOUBLE_EQ(point.efficiency(), 1 / (point.ranks * 0.25 + 0.75)) << point.ranks;
    EXPECT_EQ(point.nodes, point.ranks);
  }
  EXPECT_EQ(series[0].points[0].seconds.count, 2U);
  const auto table = scaling_table(all);
  EXPECT_EQ(text(table, 2, "efficiency"), "57.1%");
  EXPECT_EQ(text(table, 2, "speed"), "2.29x");
  EXPECT_EQ(text(table, 0, "scaling"), "strong");
}

/// Clients in proportion to ranks are other methods, and one series: T(p) = 1 + (p - 1) / 4.
TEST(Scaling, WeakAcrossMethods) {
  const std::vector<Source> sources{on_ranks(2, 2, 8), on_ranks(4, 3, 16), on_ranks(2, 9, 6)};
  const auto all = compare(sources);
  const auto series = scaling(all.at(0));
  ASSERT_EQ(series.size(), 1U);
  EXPECT_TRUE(series[0].weak);
  EXPECT_EQ(series[0].name, "maml, 4 clients a round and rank");
  ASSERT_EQ(series[0].points.size(), 2U);
  EXPECT_EQ(series[0].points[1].ideal, 2);
  EXPECT_DOUBLE_EQ(series[0].points[1].speed, 2 * 2.0 / 3);
  EXPECT_DOUBLE_EQ(series[0].points[1].efficiency(), 2.0 / 3);
}

TEST(Scaling, NeedsTheSameOptionsThreadsAndDevice) {
  const auto alone = [](const std::function<void(record::Results&)>& change) {
    std::vector<Source> sources{on_ranks(1, 1, 8), on_ranks(2, 0.5, 8)};
    change(sources[1].results);
    return scaling(compare(sources).at(0)).empty();
  };
  EXPECT_FALSE(alone([](auto&) {}));
  EXPECT_FALSE(
      alone([](auto& r) { r.runs[0].header.hyperparameters.emplace_back("rounds", std::int64_t{7}); }));
  EXPECT_TRUE(alone([](auto& r) { r.system.threads = {2, 2}; }));
  EXPECT_TRUE(alone([](auto& r) { r.system.device = {"cuda:0", "cuda:1"}; }));
  EXPECT_TRUE(alone([](auto& r) { r.runs[0].header.hyperparameters[0].second = 0.25; }));
  EXPECT_TRUE(alone([](auto& r) { r.runs[0].header.hyperparameters.emplace_back("placement", "home"); }));
  EXPECT_TRUE(alone([](auto& r) { r.runs[0].rounds[0].rank_seconds_compute = {1}; })) << "begun on one rank";
}

TEST(Scaling, IsDrawnBesideTheIdeal) {
  const std::vector<Source> sources{on_ranks(2, 1, 8), on_ranks(4, 1, 8)};
  const auto all = compare(sources);
  const auto figure = scaling_figure(all.at(0));
  EXPECT_NE(figure.data.find("\n2 2\n4 2\n"), std::string::npos) << figure.data;
  ASSERT_EQ(figure.panels.size(), 1U);
  EXPECT_EQ(figure.panels[0].lines.at(0).find("x with lines"), 0U) << "the ideal";
  EXPECT_EQ(figure.legend.back().name, "ideal");
  const std::vector<Source> alone{on_ranks(2, 1, 8)};
  EXPECT_TRUE(scaling_figure(compare(alone).at(0)).data.empty());
}

TEST(MachineSection, SaysWhatIsMissing) {
  const std::vector<Source> sources{on_ranks(2, 1, 8)};
  const auto pieces = machine_section(compare(sources), sources, {});
  const auto* last = std::get_if<Paragraph>(&pieces.back());
  ASSERT_NE(last, nullptr);
  for (const char* part : {"no scaling", "--price-core-hour", "--microbench"})
    EXPECT_NE(last->text.find(part), std::string::npos) << last->text;
}

}  // namespace
}  // namespace fedmeta::report
