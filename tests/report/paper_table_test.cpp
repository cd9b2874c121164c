// The papers' tables: the cells against values worked out by hand.
#include "report/tables/paper_table.hpp"

#include <gtest/gtest.h>

#include <array>
#include <stdexcept>

#include "record/synthetic_results.hpp"

namespace fedmeta::report {
namespace {

using record::run;

const Layout& layout_named(const std::string& name) {
  for (const Layout& layout : layouts())
    if (layout.name == name) return layout;
  throw std::out_of_range(name);
}

/// The text that the page shows in a line: "FOMAML" and "here", or "" for the line below a title.
std::string shown_cell(const PaperTable& table, const std::string& title, const std::string& what,
                       const std::string& column) {
  std::string of;
  for (const auto& row : table.shown.rows) {
    if (const auto own = std::get<std::string>(row[0]); !own.empty()) of = own;
    if (of != title || std::get<std::string>(row[1]) != what) continue;
    for (std::size_t c = 2; c < row.size(); ++c)
      if (table.shown.columns[c].title == column) return std::get<std::string>(row[c]);
  }
  throw std::out_of_range(title + what + column);
}

/// A cell of the line that the CSV file has for a row and a column.
TableCell value_cell(const PaperTable& table, const std::string& row, const std::string& column,
                     const std::string& key) {
  for (const auto& line : table.values.rows) {
    if (std::get<std::string>(line[0]) != row || std::get<std::string>(line[1]) != column) continue;
    for (std::size_t c = 0; c < line.size(); ++c)
      if (table.values.columns[c].key == key) return line[c];
  }
  throw std::out_of_range(row + column + key);
}

std::optional<PaperTable> table_of(const std::string& name, const std::vector<Source>& sources) {
  return paper_table(layout_named(name), compare(sources));
}

record::Results results_with(std::vector<record::Run> runs) {
  record::Results results = record::head();
  results.runs = std::move(runs);
  return results;
}

/// FedAvg's 20% on FEMNIST is .7679 in the paper; here .9 and .7.
TEST(PaperTable, ShowsMeansBesideThePublishedValues) {
  const auto table = table_of("chen2018-table2",
                              {{"a.h5", results_with({run("fedavg", 1, std::array{0.2, 0.9}, 0, 10, 8),
                                                      run("fedavg", 2, std::array{0.3, 0.7}, 0, 10, 8),
                                                      run("fomaml", 1, std::array{0.3, 0.8}, 0, 10, 8)})}});
  ASSERT_TRUE(table);
  EXPECT_EQ(shown_cell(*table, "FedAvg", "here", "FEMNIST 20%"), "80.00 ± 14.14");
  EXPECT_EQ(shown_cell(*table, "FedAvg", "published", "FEMNIST 20%"), "76.79 ± 0.45");
  EXPECT_EQ(shown_cell(*table, "FedAvg", "difference", "FEMNIST 20%"), "+3.21");
  EXPECT_EQ(shown_cell(*table, "FOMAML", "here", "FEMNIST 20%"), "80.00");
  EXPECT_EQ(shown_cell(*table, "data", "source", "FEMNIST 20%"), "generated");
  EXPECT_EQ(shown_cell(*table, "data", "clients evaluated", "FEMNIST 20%"), "1");
  EXPECT_EQ(std::get<double>(value_cell(*table, "FedAvg", "FEMNIST 20%", "seeds")), 2);
  EXPECT_NEAR(std::get<double>(value_cell(*table, "FedAvg", "FEMNIST 20%", "difference")), 3.21, 1e-12);
  EXPECT_TRUE(table->notes.empty());
}

TEST(PaperTable, SaysWhatWasNotRunOrNotComplete) {
  auto killed = run("maml", 1, std::array{0.2, 0.9}, 0, 10, 8);
  killed.status = "running";
  const auto table =
      table_of("chen2018-table2",
               {{"a.h5", results_with({run("fedavg", 1, std::array{0.2, 0.9}, 0, 10, 8), killed})}});
  ASSERT_TRUE(table);
  EXPECT_EQ(shown_cell(*table, "FedAvg", "here", "FEMNIST 50%"), "not run");
  EXPECT_EQ(shown_cell(*table, "FedMeta(MAML)", "here", "FEMNIST 20%"), "not complete");
  EXPECT_EQ(shown_cell(*table, "FedMeta(MAML)", "difference", "FEMNIST 20%"), "–");
  EXPECT_EQ(shown_cell(*table, "FedMeta(MAML)", "published", "FEMNIST 20%"), "88.46 ± 0.25");
  for (const auto& row : table->shown.rows)
    for (const auto& cell : row) EXPECT_TRUE(std::holds_alternative<std::string>(cell));
  EXPECT_FALSE(table_of("chen2018-table3", {{"a.h5", results_with({killed})}}));  // nothing belongs there
}

TEST(PaperTable, TakesRunsByTheirHyperparameters) {
  const auto self = [](std::int64_t seed, const std::string& model, std::int64_t steps, double top1) {
    auto one = run("self", seed, std::array{top1}, 0, 0, 0);
    one.header.hyperparameters.emplace_back("model", model);
    one.header.hyperparameters.emplace_back("self_steps", steps);
    one.evaluations[0].accuracy_top4 = top1 + 0.1;
    return one;
  };
  auto results = results_with({self(1, "lr", 100, 0.5), self(2, "lr", 10000, 0.6), self(3, "nn", 100, 0.7)});
  results.data.dataset = "production";
  results.data.support_fraction = 0.05;
  const auto table = table_of("chen2018-table3", {{"a.h5", results}});
  ASSERT_TRUE(table);
  EXPECT_EQ(shown_cell(*table, "SELF, LR, 100 steps", "here", "5%, Top 1"), "50.00");
  EXPECT_EQ(shown_cell(*table, "SELF, LR, 10,000 steps", "here", "5%, Top 4"), "70.00");
  EXPECT_EQ(shown_cell(*table, "SELF, NN, 100 steps", "difference", "5%, Top 1"), "+20.11");
  EXPECT_EQ(shown_cell(*table, "SELF, NN, 10,000 steps", "here", "5%, Top 1"), "not run");
  EXPECT_EQ(shown_cell(*table, "SELF, LR, 100 steps", "here", "80%, Top 1"), "not run");
}

/// The client mean, initial and personalised, and when each first reaches 80%.
TEST(PaperTable, CountsRoundsToALevel) {
  std::vector<record::Run> runs;
  for (const int seed : {1, 2}) {
    auto one = run("perfedavg", seed, std::array{0.5, 0.82, 0.9}, 0, 10, 8);
    for (auto& row : one.evaluations)
      row.initial_accuracy_client_mean = row.accuracy_client_mean - 0.1 * seed;
    for (const auto& [name, value] : {std::pair{"rounds", 3},
                                      {"clients_per_round", 5},
                                      {"local_epochs", 2},
                                      {"local_steps", 0},
                                      {"stage2_rounds", 0}})
      one.header.hyperparameters.emplace_back(name, std::int64_t{value});
    one.header.hyperparameters.emplace_back("local_optimizer", "sgd");
    one.header.hyperparameters.emplace_back("personal_optimizer", "same");
    runs.push_back(one);
  }
  auto results = results_with(runs);
  results.data.support_fraction = 0.9;
  const auto table = table_of("jiang2019-table1", {{"a.h5", results}});
  ASSERT_TRUE(table);
  const std::string row = "5 clients, E = 2";
  EXPECT_EQ(shown_cell(*table, row, "here", "personalised"), "89.00 ± 0.00");
  EXPECT_EQ(shown_cell(*table, row, "here", "initial"), "74.00 ± 7.07");
  EXPECT_EQ(shown_cell(*table, row, "here", "rounds to 80%, personalised"), "2.00 ± 0.00");
  EXPECT_EQ(shown_cell(*table, row, "here", "rounds to 80%, initial"), "not reached");
  EXPECT_EQ(shown_cell(*table, "20 clients, E = 2", "here", "initial"), "not run");
}

/// Seen clients are those of the split `train`.
TEST(PaperTable, ShowsClientsSeenAndUnseen) {
  const auto trained = [](std::int64_t stage2_rounds, bool with_seen) {
    auto one = run("perfedavg", 1, std::array{0.5, 0.8}, 0, 10, 8);
    for (auto& row : one.evaluations) row.initial_accuracy_client_mean = row.accuracy_client_mean - 0.1;
    if (with_seen) {
      auto seen = one.evaluations.back();
      seen.split = "train";
      seen.accuracy_client_mean = 0.9;
      seen.initial_accuracy_client_mean = 0.85;
      one.evaluations.push_back(seen);
    }
    one.header.hyperparameters = {{"rounds", std::int64_t{2}},
                                  {"local_steps", std::int64_t{0}},
                                  {"local_optimizer", "sgd"},
                                  {"personal_optimizer", "same"},
                                  {"local_epochs", std::int64_t{10}},
                                  {"stage2_rounds", stage2_rounds},
                                  {"stage2_local_steps", std::int64_t{10}},
                                  {"server_optimizer", "sgd"},
                                  {"stage2_server_optimizer", "adam"}};
    return one;
  };
  auto results = results_with({trained(0, false), trained(7, true)}),
       again = results_with({trained(7, false)});
  for (auto* file : {&results, &again}) file->data.support_fraction = 0.9;
  // The run without the seen clients comes first, and is the one that counts; theirs are of its repetition.
  const std::vector<Source> sources{{"again.h5", again}, {"a.h5", results}};
  const auto table = table_of("jiang2019-table2", sources);
  ASSERT_TRUE(table);
  const std::string tuned = "FedAvg(10), then Reptile(10)";
  EXPECT_EQ(shown_cell(*table, tuned, "here", "seen, initial"), "85.00");
  EXPECT_EQ(shown_cell(*table, tuned, "here", "seen, personalised"), "90.00");
  EXPECT_EQ(shown_cell(*table, tuned, "here", "unseen, initial"), "69.00");
  EXPECT_EQ(shown_cell(*table, tuned, "here", "unseen, personalised"), "79.00");
  EXPECT_EQ(shown_cell(*table, "FedAvg(10)", "here", "seen, initial"), "not evaluated");
  EXPECT_EQ(shown_cell(*table, "FedAvg(10)", "here", "unseen, personalised"), "79.00");
  EXPECT_EQ(shown_cell(*table, "data", "clients evaluated", "seen, initial"), "2");
  EXPECT_EQ(shown_cell(*table, "data", "clients evaluated", "unseen, initial"), "1");
  ASSERT_EQ(table->notes.size(), 1U);
  EXPECT_NE(table->notes[0].find("not at hand"), std::string::npos);

  const auto optimisers = table_of("jiang2019-table3", sources);
  ASSERT_TRUE(optimisers);
  EXPECT_EQ(shown_cell(*optimisers, "Adam", "here", "personalised"), "79.00");
  EXPECT_EQ(shown_cell(*optimisers, "SGD", "here", "personalised"), "not run");
}

/// Two seeds that did not evaluate the seen clients, and one with other batches that did: the latter fills
/// the row.
TEST(PaperTable, TakesTheRunsThatFillTheRow) {
  const auto trained = [](std::int64_t seed, std::int64_t batch, double accuracy, bool with_seen) {
    auto one = run("perfedavg", seed, std::array{accuracy}, 0, 10, 8);
    one.evaluations[0].initial_accuracy_client_mean = 0.1;
    if (with_seen) {
      one.evaluations.push_back(one.evaluations[0]);
      one.evaluations[1].split = "train";
    }
    one.header.hyperparameters = {{"local_epochs", std::int64_t{10}},
                                  {"stage2_rounds", std::int64_t{5}},
                                  {"stage2_local_steps", std::int64_t{10}},
                                  {"stage2_server_optimizer", "adam"},
                                  {"personal_batch", batch}};
    return one;
  };
  auto results =
      results_with({trained(1, 100, 0.6, false), trained(2, 100, 0.6, false), trained(1, 20, 0.5, true)});
  results.data.support_fraction = 0.9;
  const std::vector<Source> sources{{"a.h5", results}};
  const auto table = table_of("jiang2019-table2", sources);
  ASSERT_TRUE(table);
  const std::string row = "FedAvg(10), then Reptile(10)";
  EXPECT_EQ(shown_cell(*table, row, "here", "seen, personalised"), "49.00");
  EXPECT_EQ(shown_cell(*table, row, "here", "unseen, personalised"), "49.00");
  EXPECT_EQ(
      table->notes.front(),
      row +
          ", seen, initial; seen, personalised; unseen, initial; unseen, personalised: 2 methods belong "
          "here; perfedavg (personal-batch 20) of femnist-generated-90 is shown");
  const auto optimisers =
      table_of("jiang2019-table3", sources);  // of which both fill all: the one with more seeds
  EXPECT_EQ(shown_cell(*optimisers, "Adam", "here", "personalised"), "59.00 ± 0.00");
}

/// .2, then .95 x .2 + .05 x .6 = .22, then .95 x .22 + .05 x .9 = .254.
TEST(PaperTable, SmoothsAsTheSourceDid) {
  auto one = run("maml", 1, std::array{0.2, 0.6, 0.9}, 0, 10, 8);
  one.header.hyperparameters.emplace_back("init", "torch");
  const auto table = table_of("flower", {{"a.h5", results_with({one})}});
  ASSERT_TRUE(table);
  EXPECT_EQ(shown_cell(*table, "FedMeta(MAML)", "here", "FEMNIST, accuracy"), "25.40");
  EXPECT_EQ(shown_cell(*table, "FedMeta(MAML)", "published", "FEMNIST, accuracy"), "86.00");
  EXPECT_EQ(shown_cell(*table, "FedMeta(MAML)", "here", "FEMNIST, loss"), "0.75");  // .8, .78, .746
  EXPECT_EQ(shown_cell(*table, "FedMeta(MAML)", "here", "Shakespeare, loss"), "not run");
}

TEST(PaperTable, NamesWhatElseWouldBelong) {
  auto other = run("maml", 1, std::array{0.2, 0.9}, 0, 10, 8);
  other.header.hyperparameters[0].second = 0.25;  // another inner rate
  const auto table =
      table_of("chen2018-table2", {{"a.h5", results_with({run("maml", 1, std::array{0.2, 0.8}, 0, 10, 8)})},
                                   {"b.h5", results_with({other})}});
  ASSERT_TRUE(table);
  ASSERT_EQ(table->notes.size(), 1U);
  EXPECT_EQ(table->notes[0],
            "FedMeta(MAML), FEMNIST 20%: 2 methods belong here; maml (inner-lr 0.5) of femnist-generated-20 "
            "is shown");
  EXPECT_EQ(shown_cell(*table, "FedMeta(MAML)", "here", "FEMNIST 20%"), "80.00");
}

}  // namespace
}  // namespace fedmeta::report
