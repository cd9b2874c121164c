// --select: that rates are chosen by the validation clients and by nothing else.
#include "report/pooling/selection.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "report/output/files.hpp"
#include "report/report.hpp"
#include "report/tables/published_tables.hpp"
#include "report/tables/selection_table.hpp"
#include "small_comparisons.hpp"

namespace fedmeta::report {
namespace {

/// A run with two rates that was evaluated on both kinds of clients, after two rounds.
record::Run tried(const std::string& algorithm, std::int64_t seed, double inner, double outer,
                  double validation, double test) {
  auto one = run(algorithm, seed, std::array{0.1, test}, 0, 10, 8);
  one.header.hyperparameters[0].second = inner;
  one.header.hyperparameters.emplace_back("outer_lr", outer);
  for (auto row : std::array{one.evaluations[0], one.evaluations[1]}) {
    row.split = "validation";
    row.accuracy = row.round == 1 ? 0.99 : validation;  // the last one counts
    one.evaluations.push_back(row);
  }
  std::ranges::stable_sort(one.evaluations, {}, &cost::EvaluationRow::round);
  return one;
}

std::vector<Source> in_one_file(std::vector<record::Run> runs) {
  return {{"a.h5", results_with(std::move(runs))}};
}

Choices selecting() {
  Choices choices;
  choices.select = true;
  return choices;
}

double rate_of(const Method& method, const std::string& name) {
  for (const auto& [own, value] : method.members.front().run->header.hyperparameters)
    if (own == name) return std::get<double>(value);
  throw std::out_of_range(name);
}

std::vector<std::string> statuses(const Grid& grid) {
  std::vector<std::string> all;
  for (const Candidate& candidate : grid.candidates) all.push_back(candidate.status);
  return all;
}

/// The best on test clients (rate .3) is not the best on validation clients (rate .1, mean of .6 and .7).
TEST(Selection, GoesByTheMeanOfValidationClientsAlone) {
  const auto sources = in_one_file({tried("maml", 1, 0.3, 1, 0.5, 0.95), tried("maml", 2, 0.3, 1, 0.75, 0.95),
                                    tried("maml", 1, 0.1, 1, 0.6, 0.4), tried("maml", 2, 0.1, 1, 0.7, 0.6),
                                    tried("fedavg", 1, 0.1, 1, 0.2, 0.3)});
  const auto all = compare(sources, selecting());
  ASSERT_EQ(all.size(), 1U);
  const Comparison& comparison = all[0];
  ASSERT_EQ(comparison.methods.size(), 2U);
  EXPECT_EQ(comparison.methods[0].name, "fedavg");
  EXPECT_FALSE(comparison.methods[0].grid);
  EXPECT_EQ(comparison.methods[1].name, "maml");  // without the rate: there is no other
  EXPECT_EQ(rate_of(comparison.methods[1], "inner_lr"), 0.1);
  EXPECT_EQ(comparison.split, "test");
  ASSERT_EQ(comparison.grids.size(), 1U);
  const Grid& grid = comparison.grids[0];
  EXPECT_EQ(grid.varying, std::vector<std::string>{"inner_lr"});
  EXPECT_EQ(statuses(grid), (std::vector<std::string>{"chosen", "not chosen"}));
  EXPECT_NEAR(grid.candidates[0].validation.mean, 0.65, 1e-15);
  EXPECT_NEAR(grid.candidates[1].validation.mean, 0.625, 1e-15);

  const auto table = selection_table(comparison);
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(number(table, 0, "inner_lr"), 0.1);
  EXPECT_NEAR(number(table, 0, "validation_accuracy_sd"), 0.1 / std::sqrt(2), 1e-15);
  EXPECT_EQ(number(table, 1, "seeds"), 2);
  EXPECT_EQ(text(table, 0, "status"), "chosen");
}

TEST(Selection, TakesTheLowerRatesOfEqualOnes) {
  const auto sources =
      in_one_file({tried("maml", 1, 0.3, 0.1, 0.6, 0.1), tried("maml", 1, 0.1, 0.3, 0.6, 0.2),
                   tried("maml", 1, 0.1, 0.2, 0.6, 0.3), tried("maml", 1, 0.1, 0.1, 0.5, 0.4)});
  const auto all = compare(sources, selecting());
  ASSERT_EQ(all[0].methods.size(), 1U);
  EXPECT_EQ(rate_of(all[0].methods[0], "inner_lr"), 0.1);
  EXPECT_EQ(rate_of(all[0].methods[0], "outer_lr"), 0.2);
  EXPECT_EQ(all[0].grids[0].varying, (std::vector<std::string>{"inner_lr", "outer_lr"}));
  EXPECT_EQ(statuses(all[0].grids[0]),
            (std::vector<std::string>{"not chosen", "chosen", "not chosen", "not chosen"}));
}

/// Methods that differ in more than rates are selected by themselves, and a rate that follows another is none
/// of its own.
TEST(Selection, KeepsVariantsApart) {
  std::vector<record::Run> runs;
  for (const char* model : {"lr", "nn"})
    for (const double rate : {0.1, 0.2}) {
      auto one = tried("maml", 1, rate, rate, rate * (model[0] == 'l' ? 1 : -1) + 0.5, 0.3);
      one.header.hyperparameters.emplace_back("model", std::string(model));
      runs.push_back(one);
    }
  const auto sources = in_one_file(runs);
  const auto all = compare(sources, selecting());
  ASSERT_EQ(all[0].methods.size(), 2U);
  EXPECT_EQ(all[0].methods[0].name, "maml (model lr)");
  EXPECT_EQ(rate_of(all[0].methods[0], "inner_lr"), 0.2);
  EXPECT_EQ(rate_of(all[0].methods[1], "inner_lr"), 0.1);
  for (const Grid& grid : all[0].grids) EXPECT_EQ(grid.varying, std::vector<std::string>{"inner_lr"});
}

TEST(Selection, PassesOverCandidatesThatAreNotComplete) {
  auto killed = tried("maml", 1, 0.1, 1, 0.9, 0.9);
  killed.status = "running";
  const auto sources = in_one_file({killed, tried("maml", 1, 0.2, 1, 0.5, 0.5)});
  const auto all = compare(sources, selecting());
  ASSERT_EQ(all[0].methods.size(), 1U);
  EXPECT_EQ(rate_of(all[0].methods[0], "inner_lr"), 0.2);
  EXPECT_EQ(statuses(all[0].grids[0]), (std::vector<std::string>{"not complete", "chosen"}));

  auto other = tried("maml", 1, 0.2, 1, 0.5, 0.5);
  other.status = "invalid";
  const auto unfinished = in_one_file({killed, other});
  const auto none = compare(unfinished, selecting());
  EXPECT_EQ(none[0].methods.size(), 2U);  // all are shown where nothing can be chosen
  EXPECT_EQ(statuses(none[0].grids[0]), (std::vector<std::string>{"not complete", "not complete"}));
}

/// The longer run has the better rate, or so it seems.
TEST(Selection, DoesNotCompareOtherNumbersOfRounds) {
  auto longer = tried("maml", 1, 0.3, 1, 0.9, 0.9);
  longer.rounds.push_back(longer.rounds.back());
  for (auto& row : longer.evaluations)
    if (row.round == 2) row.round = longer.rounds.back().round = 3;
  const std::vector<record::Run> equal{tried("maml", 1, 0.1, 1, 0.5, 0.5),
                                       tried("maml", 1, 0.2, 1, 0.6, 0.5)};
  auto runs = equal;
  runs.push_back(longer);
  const auto sources = in_one_file(runs);
  const auto all = compare(sources, selecting());
  ASSERT_EQ(all[0].grids.size(), 1U);
  EXPECT_EQ(statuses(all[0].grids[0]), (std::vector<std::string>{"not chosen", "chosen"}));
  EXPECT_EQ(all[0].methods.size(), 2U) << "the chosen one, and the one of 3 rounds";
  const std::vector<std::string> note{
      "maml: rates of runs of 2 and 3 rounds are not compared with each other: each number of rounds has its "
      "own "
      "choice"};
  EXPECT_EQ(all[0].notes, note);

  runs.back().header.hyperparameters.emplace_back("rounds", std::int64_t{3});
  for (std::size_t r = 0; r < 2; ++r) runs[r].header.hyperparameters.emplace_back("rounds", std::int64_t{2});
  const auto recorded = in_one_file(runs);
  EXPECT_EQ(compare(recorded, selecting())[0].notes, note);
  const auto alone = in_one_file(equal);
  EXPECT_TRUE(compare(alone, selecting())[0].notes.empty());
}

TEST(Selection, SaysThatCandidatesHaveOtherSeeds) {
  const auto sources = in_one_file({tried("maml", 1, 0.1, 1, 0.5, 0.5), tried("maml", 2, 0.1, 1, 0.6, 0.5),
                                    tried("maml", 2, 0.2, 1, 0.7, 0.5), tried("maml", 2, 0.3, 1, 0.6, 0.5)});
  const auto all = compare(sources, selecting());
  EXPECT_EQ(statuses(all[0].grids[0]), (std::vector<std::string>{"not chosen", "chosen", "not chosen"}));
  EXPECT_EQ(all[0].notes,
            std::vector<std::string>{
                "maml: rates are chosen by means over different seeds, which differ by chance, too: "
                "1, 2 (1 of the candidates); 2 (2 of the candidates)"});
}

void expect_usage_error(const std::vector<Source>& sources, const std::string& part) {
  try {
    compare(sources, selecting());
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::usage);
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

TEST(Selection, SaysWhatIsMissing) {
  auto without = tried("maml", 1, 0.2, 1, 0.5, 0.5);
  std::erase_if(without.evaluations, [](const auto& row) { return row.split == "validation"; });
  expect_usage_error(in_one_file({tried("maml", 1, 0.1, 1, 0.5, 0.5), without}), "--eval-on both");
  expect_usage_error(in_one_file({tried("maml", 1, 0.1, 1, 0.5, 0.5)}), "several rates");
  EXPECT_NO_THROW(compare(in_one_file({without})));  // nothing is asked of files without --select
}

/// Through the whole program: the candidates are in the table of the selection and in the map alone.
TEST(Selection, LeavesItsMarkOnTheWholeReport) {
  const record::Folder folder;
  std::vector<std::filesystem::path> files;
  for (const double rate : {0.125, 0.25}) {
    files.push_back(folder.path() / (text_of(rate) + ".h5"));
    record::write(files.back(), results_with({tried("maml", 1, rate, 1, rate, 0.9)}));
  }
  Wishes wishes;
  wishes.choices.select = true;
  write_report(files, folder.path() / "out", wishes);
  const auto tables = folder.path() / "out" / "tables";
  const auto selection = read_file(tables / "femnist-generated-20-selection.csv");
  EXPECT_NE(selection.find("\nmaml,0.125,0.125,,1,not chosen\nmaml,0.25,0.25,,1,chosen\n"), std::string::npos)
      << selection;
  const auto accuracy = read_file(tables / "femnist-generated-20-accuracy.csv");
  EXPECT_EQ(std::ranges::count(accuracy, '\n'), 2) << accuracy;  // the heading and one method
  EXPECT_NE(
      read_file(folder.path() / "out/figures/femnist-generated-20-selection-maml.dat").find("\n0 0 12.5\n"),
      std::string::npos);
}

TEST(RatesTable, HasThePublishedRatesBeside) {
  const auto sources = in_one_file({tried("maml", 1, 0.3, 0.5, 0.9, 0.1),
                                    tried("maml", 1, 0.1, 0.5, 0.8, 0.2), run("fedavg", 1, slow, 0, 10, 8)});
  const auto table = rates_table(compare(sources, selecting()));
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(text(table, 1, "method"), "maml");
  EXPECT_EQ(number(table, 1, "inner_lr"), 0.3);
  EXPECT_EQ(number(table, 1, "published_inner_lr"), 0.001);
  EXPECT_EQ(number(table, 1, "published_outer_lr"), 0.0001);
  EXPECT_EQ(text(table, 1, "chosen"), "by validation accuracy");
  EXPECT_EQ(number(table, 1, "candidates"), 2);
  EXPECT_EQ(number(table, 0, "published_local_lr"), 0.0001);
  EXPECT_EQ(text(table, 0, "chosen"), "as given");
  for (const auto& row : table.rows)  // no cell of the page is blank
    for (std::size_t c = 0; c < row.size(); ++c)
      if (!table.columns[c].title.empty()) {
        EXPECT_NE(shown(row[c], table.columns[c].format), "–") << c;
      }

  auto elsewhere = results_with({run("maml", 1, slow, 0, 10, 8)});
  elsewhere.data.dataset = "synthetic";
  const std::vector<Source> others{{"a.h5", elsewhere}};
  EXPECT_TRUE(rates_table(compare(others)).rows.empty());
}

TEST(PublishedTables, AreOfTheDataAtHand) {
  const auto sources = in_one_file({run("maml", 1, slow, 0, 10, 8)});  // femnist
  const auto comparisons = compare(sources);
  const auto external = external_table(comparisons), claims = claims_table(comparisons);
  const auto value = [](const ReportTable& table, const std::string& what) {
    for (std::size_t row = 0; row < table.rows.size(); ++row)
      if (text(table, row, "what") == what) return number(table, row, "value");
    throw std::out_of_range(what);
  };
  EXPECT_EQ(value(external, "EMNIST, FedAvg+, fine-tuned, accuracy %"), 83.1);
  EXPECT_EQ(value(external, "FEMNIST, FedAvg+, fine-tuned, accuracy %"), 75.3);
  EXPECT_EQ(value(external, "FedMeta(MAML), FEMNIST, accuracy"), 86);
  EXPECT_EQ(value(claims, "bytes to the target, times fewer than FedAvg, at most"), 4.33);
  for (const auto* table : {&external, &claims})
    for (std::size_t row = 0; row < table->rows.size(); ++row) {
      EXPECT_EQ(text(*table, row, "dataset"), "femnist");
      EXPECT_FALSE(text(*table, row, "source").empty());
    }
}

}  // namespace
}  // namespace fedmeta::report
