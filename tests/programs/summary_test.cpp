#include "programs/bench/summary.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace fedmeta::programs {
namespace {

/// Two rounds of three and of two clients in 2 s, 10 FLOP and 30 bytes each, evaluated after both.
record::Run run(const std::string& algorithm, std::int64_t seed, double accuracy, double first = 0) {
  record::Run run;
  run.status = "complete";
  run.header.algorithm = algorithm;
  run.header.seed = seed;
  for (std::int32_t number : {1, 2}) {
    cost::RoundRow row;
    row.round = number;
    row.clients.assign(number == 1 ? 3 : 2, 0);
    row.seconds = number == 1 ? 0.5 : 1.5;
    row.flops = 10;
    row.flops_executed = 15;
    row.bytes_down = 20;
    row.bytes_up = 10;
    run.rounds.push_back(row);
  }
  cost::EvaluationRow last;
  last.round = 1;
  last.split = "test";
  last.accuracy = first;
  run.evaluations.push_back(last);
  last.round = 2;
  last.split = "test";
  last.accuracy = accuracy;
  last.accuracy_client_mean = accuracy - 0.05;
  last.initial_accuracy = 0.25;
  last.loss = 1.5;
  run.evaluations.push_back(last);
  return run;
}

/// A results file with maml, two seeds of which both reach the target, and fomaml, two of which one does.
class ClosingTest : public testing::Test {
 protected:
  ClosingTest() {
    auto& [header, system, data, runs] = file_[0].results;
    system.gemm_flops_per_second = {40, 60};
    data.dataset = "femnist";
    data.source = "leaf";
    runs = {run("fomaml", 1, 0.5), run("fomaml", 2, 0.375), run("maml", 1, 0.5, 0.5), run("maml", 2, 0.75)};
    for (auto& run : runs) run.header.hyperparameters = {{"target_accuracy", 0.4}};
  }

  std::vector<record::Run>& runs() { return file_[0].results.runs; }
  record::System& system() { return file_[0].results.system; }
  void count_top4() {
    for (auto& run : runs()) run.evaluations.back().accuracy_top4 = 0.9375;
  }
  /// By more than 30%.
  void let_the_rate_drift() { system().gemm_flops_per_second_end = {50, 85}; }

  std::string table(int columns = 0) const { return comparison_table(comparison(), columns); }
  std::string merits() const { return figures_of_merit(comparison()); }

  std::vector<report::Source> file_{{"run.h5", {}}};

 private:
  report::Comparison comparison() const { return own_comparison(file_, {"maml", "self", "fomaml"}); }
};

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

using FiguresOfMerit = ClosingTest;
using ComparisonTable = ClosingTest;

TEST_F(FiguresOfMerit, AreMeansOverTheSeeds) {
  const auto text = merits();
  EXPECT_TRUE(has_line(text, "FOM maml.accuracy = 0.625000 fraction")) << text;
  EXPECT_TRUE(has_line(text, "FOM maml.initial_accuracy = 0.250000 fraction")) << text;
  EXPECT_TRUE(has_line(text, "FOM maml.client_tasks_per_second = 2.500000 1/s")) << text;  // 5 / 2 s
  EXPECT_TRUE(has_line(text, "FOM maml.seconds_per_round = 1.000000 s")) << text;
  EXPECT_TRUE(has_line(text, "FOM maml.efficiency = 0.100000 fraction")) << text;  // 20 / (2 s * 100)
  EXPECT_TRUE(has_line(text, "FOM maml.efficiency_executed = 0.150000 fraction")) << text;
}

TEST_F(FiguresOfMerit, ToTheTargetAreNoneWhereOneSeedMissesIt) {
  const auto text = merits();
  EXPECT_TRUE(has_line(text, "FOM maml.bytes_to_target = 45 B")) << text;
  EXPECT_TRUE(has_line(text, "FOM maml.flops_to_target = 15 FLOP")) << text;
  EXPECT_TRUE(has_line(text, "FOM fomaml.rounds_to_target = none rounds")) << text;
  EXPECT_TRUE(has_line(text, "FOM fomaml.bytes_to_target = none B")) << text;
  EXPECT_TRUE(has_line(text, "FOM fomaml.flops_to_target = none FLOP")) << text;
}

// Several seeds that reach the target at rounds 1 and 2 mean 1.5 rounds, not 2.
TEST_F(FiguresOfMerit, KeepTheFractionOfAMeanOfRounds) {
  const auto text = merits();
  EXPECT_TRUE(has_line(text, "FOM maml.rounds_to_target = 1.50 rounds")) << text;
}

TEST_F(FiguresOfMerit, WithholdAnEfficiencyThatCannotBeTrusted) {
  let_the_rate_drift();
  const auto text = merits();
  EXPECT_EQ(text.find("efficiency"), std::string::npos) << text;
  EXPECT_TRUE(has_line(text, "FOM maml.seconds_per_round = 1.000000 s")) << text;
}

TEST_F(ComparisonTable, HasOneRowForEachAlgorithm) {
  const auto text = table();
  const auto row = text.substr(text.find("\n  maml ") + 1);
  const auto maml = row.substr(0, row.find('\n'));
  for (const std::string cell :
       {"0.2500", "0.6250", "0.5750", "1.500", "10 ", "30 B", "1.000", "2.50", "0.100"})
    EXPECT_NE(maml.find(cell), std::string::npos) << cell << " in: " << maml;
  EXPECT_NE(text.find("\n  fomaml "), std::string::npos) << text;
  EXPECT_NE(text.find("not reached"), std::string::npos) << text;
  EXPECT_EQ(text.find("generated"), std::string::npos) << text;
}

/// Not "not reached".
TEST_F(ComparisonTable, HasADashWithoutATarget) {
  for (auto& run : runs()) run.header.hyperparameters.clear();
  EXPECT_EQ(table().find("not reached"), std::string::npos) << table();
}

TEST_F(ComparisonTable, ListsMethodsInTheOrderAskedFor) {
  runs().push_back(run("self", 1, 0.5));
  const auto text = table();
  EXPECT_LT(text.find("\n  maml "), text.find("\n  self ")) << text;
  EXPECT_LT(text.find("\n  self "), text.find("\n  fomaml ")) << text;
}

// A loss that is not a number in one seed has no mean.
TEST_F(ComparisonTable, HasADashWhereASeedHasNoValue) {
  runs()[3].evaluations.back().loss = std::nan("");
  const auto row = table().substr(table().find("\n  maml "));
  EXPECT_NE(row.substr(0, row.find("1.500")).find(" -  "), std::string::npos) << row;
}

// In floating point 1/3 + 4/3 + 1/3 is not 2; (1 + 4 + 1) / 3 is.
TEST_F(FiguresOfMerit, AMeanOfWholeNumbersIsExact) {
  runs().push_back(run("maml", 3, 0.5, 0.5));
  runs()[4].header.hyperparameters = runs()[3].header.hyperparameters;
  runs()[3].evaluations.front().accuracy = 0.5;
  for (const std::size_t r : {2, 3, 4}) {
    runs()[r].rounds.front().bytes_down = r == 3 ? 4 : 1;
    runs()[r].rounds.front().bytes_up = 0;
  }
  EXPECT_TRUE(has_line(merits(), "FOM maml.bytes_to_target = 2 B")) << merits();
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  for (std::size_t begin = 0, end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
    widest = std::max(widest, end - begin);
  return widest;
}

// Two tables under 80 columns: accuracy, and costs.
TEST_F(ComparisonTable, FitsIntoTheTerminal) {
  count_top4();
  for (const int columns : {60, 80, 100, 140})
    EXPECT_LE(widest_line(table(columns)), static_cast<std::size_t>(columns));
  const auto narrow = table(80);
  EXPECT_NE(narrow.find("  algorithm  FLOP/round"), std::string::npos) << narrow;
  EXPECT_EQ(table(200), table());
}

TEST_F(ComparisonTable, HasTop4OnlyWhereItWasCounted) {
  EXPECT_EQ(table().find("top 4"), std::string::npos);
  EXPECT_EQ(merits().find("accuracy_top4"), std::string::npos);
  count_top4();
  EXPECT_NE(table().find("0.9375"), std::string::npos);
  EXPECT_TRUE(has_line(merits(), "FOM maml.accuracy_top4 = 0.937500 fraction"));
}

TEST_F(ClosingTest, AMethodWithoutRoundsHasNoCostsOfRounds) {
  auto self = run("self", 1, 0.5);
  self.rounds.clear();
  self.evaluations.back().loss = std::nan("");
  self.clients = {{3, 0.1, 0.5, 10, 0.9, 600}, {4, 0.1, 0.5, 10, 0.9, 700}};
  runs().push_back(self);
  const auto table = this->table(), merits = this->merits();
  EXPECT_EQ(table.find("nan"), std::string::npos) << table;
  EXPECT_TRUE(has_line(merits, "FOM self.accuracy = 0.500000 fraction")) << merits;
  EXPECT_TRUE(has_line(merits, "FOM self.local_flops = 1300 FLOP")) << merits;
  EXPECT_EQ(merits.find("self.seconds_per_round"), std::string::npos) << merits;
  EXPECT_EQ(merits.find("nan"), std::string::npos) << merits;
}

/// --rounds 0: what the run starts from was evaluated, and nothing was trained.
TEST_F(ClosingTest, WithoutARoundRatesAreNone) {
  auto untrained = run("fedavg", 1, 0.5);
  untrained.rounds.clear();
  untrained.evaluations.erase(untrained.evaluations.begin());
  untrained.evaluations.back().round = 0;
  untrained.header.hyperparameters = {{"target_accuracy", 0.4}};
  runs().push_back(untrained);
  const auto merits = this->merits();
  EXPECT_TRUE(has_line(merits, "FOM fedavg.accuracy = 0.500000 fraction")) << merits;
  EXPECT_TRUE(has_line(merits, "FOM fedavg.client_tasks_per_second = none 1/s")) << merits;
  EXPECT_TRUE(has_line(merits, "FOM fedavg.seconds_per_round = none s")) << merits;
  EXPECT_TRUE(has_line(merits, "FOM fedavg.efficiency = none fraction")) << merits;
  EXPECT_TRUE(has_line(merits, "FOM fedavg.rounds_to_target = 0 rounds")) << "what it starts from meets it";
  EXPECT_TRUE(has_line(merits, "FOM fedavg.bytes_to_target = 0 B")) << merits;
  EXPECT_EQ((merits + table()).find("nan"), std::string::npos) << merits << table();
  runs().back().evaluations.back().accuracy = 0.25;
  EXPECT_TRUE(has_line(this->merits(), "FOM fedavg.rounds_to_target = none rounds")) << this->merits();
}

TEST_F(ComparisonTable, SaysWhereDataAreGenerated) {
  file_[0].results.data.source = "generated";
  EXPECT_NE(table().find("generated"), std::string::npos);
}

TEST_F(ComparisonTable, HidesAnEfficiencyThatCannotBeTrusted) {
  let_the_rate_drift();
  const auto text = table();
  EXPECT_EQ(text.find("0.100"), std::string::npos) << text;
}

TEST(Verdict, GivesTheReasons) {
  EXPECT_EQ(verdict(""), "RESULT: VALID\n");
  EXPECT_EQ(verdict("a loss is not finite"), "RESULT: INVALID (a loss is not finite)\n");
}

}  // namespace
}  // namespace fedmeta::programs
