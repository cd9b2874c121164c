// Layouts of the papers' tables: that they and the published values fit together, how they are read, and what
// runs belong into them.
#include "report/tables/layout.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "algorithms/descriptor.hpp"
#include "base/error.hpp"
#include "data/registry.hpp"
#include "report/pooling/trained_epochs.hpp"
#include "report/tables/layout_match.hpp"
#include "report/tables/published.hpp"
#include "small_comparisons.hpp"

namespace fedmeta::report {
namespace {

TEST(Layouts, NameWhatThereIs) {
  for (const Layout& layout : layouts()) {
    SCOPED_TRACE(layout.name);
    for (const auto& row : layout.rows) EXPECT_TRUE(algorithms::find_descriptor(row.algorithm)) << row.title;
    for (const auto& column : layout.columns) {
      EXPECT_NO_THROW(data::dataset_named(column.dataset)) << column.title;
      EXPECT_NE(find_measure(column.shows), nullptr) << column.title;
    }
  }
}

TEST(Layouts, HaveAPlaceForEveryPublishedValue) {
  // These stand beside the data and the rates of a report, and in lists of their own.
  std::set<std::string> tables{"chen2018-table1", "chen2018-table4", "claims", "external"};
  for (const Layout& layout : layouts()) {
    tables.insert(layout.name);
    for (const auto& [place, value] : published(layout.name)) {
      EXPECT_EQ(std::ranges::count(layout.rows, place.first, &LayoutRow::title), 1) << place.first;
      EXPECT_EQ(std::ranges::count(layout.columns, place.second, &LayoutColumn::title), 1) << place.second;
    }
  }
  for (const auto& [name, text] : published_texts()) EXPECT_TRUE(tables.contains(name)) << name;
  EXPECT_EQ(published("chen2018-table2").size(), 4U * 9U);
  EXPECT_EQ(published("chen2018-table3").size(), 12U * 4U);
  EXPECT_EQ(published("jiang2019-table1").size(), 8U * 4U);
  EXPECT_EQ(published("flower").size(), 4U * 4U);
}

TEST(Layouts, FaultsAreNamed) {
  const std::string head = "title = \"t\"\ncaption = \"c\"\n",
                    row = "[[rows]]\ntitle = \"r\"\nalgorithm = \"a\"\n",
                    column = "[[columns]]\ntitle = \"c\"\ndataset = \"d\"\nsupport = 1\nshows = \"s\"\n";
  EXPECT_NO_THROW(parse_layout("x", head + row + column));
  for (const std::string& text : std::vector<std::string>{
           "nonsense", head + row, row + column, head + row + "key = 1\n" + column,
           head + row + column + "reaches = \"much\"\n", head + row + "where = { a = [1] }\n" + column,
           head + row + "where = { a = { form = 1 } }\n" + column, head + row + "where = [1]\n" + column})
    EXPECT_THROW(parse_layout("x", text), Error) << text;
}

TEST(PublishedValues, AreReadWithTheirQuotesAndFaultsNamed) {
  const std::string head = "row,column,value,sd,source\n";
  const auto values = parse_published("x", head + "\"a, \"\"b\"\"\",c,1.5,,s\nd,e,2,0.5,s\n");
  EXPECT_EQ(values.at({"a, \"b\"", "c"}).value, 1.5);
  EXPECT_FALSE(values.at({"a, \"b\"", "c"}).deviation);
  EXPECT_EQ(values.at({"d", "e"}).deviation, 0.5);
  for (const char* line :
       {"a,b,1,2", "a,b,,2,s", "a,b,1x,2,s", "a,b,1,x,s", "a,b,1,2,", "d,e,1,,s\nd,e,2,,s"})
    EXPECT_THROW(parse_published("x", head + line), std::invalid_argument) << line;
}

TEST(LayoutMatch, TakesRangesBeginningsAndAlternatives) {
  const auto row = [](const std::string& where) {
    const std::string rest =
        "[[columns]]\ntitle = \"c\"\ndataset = \"d\"\nsupport = 1\nshows = \"accuracy\"\n";
    return parse_layout("x",
                        "title = \"t\"\ncaption = \"c\"\n[[rows]]\ntitle = \"r\"\nalgorithm = \"maml\"\n" +
                            where + rest)
        .rows.front();
  };
  const auto one = run("maml", 1, std::array{0.2}, 0, 10, 8);  // inner_lr .5, inner_epochs 3
  const Source source{"a.h5", results_with({one})};
  const Method method{.algorithm = "maml", .members = {{&source.results.runs[0], &source}}};
  for (const char* where :
       {"", "where = { inner_epochs = { from = 3 } }\n", "where = { inner_lr = { below = 0.6 } }\n",
        "where = { weighting = \"sam*\" }\n", "where = [{ inner_lr = 1 }, { inner_lr = 0.5 }]\n"})
    EXPECT_TRUE(belongs(method, row(where))) << where;
  for (const char* where :
       {"where = { inner_epochs = { from = 4 } }\n", "where = { inner_lr = { below = 0.5 } }\n",
        "where = { weighting = \"sam\" }\n", "where = [{ inner_lr = 1 }, { inner_lr = 2 }]\n",
        "where = { weighting = { from = 0 } }\n", "where = { unknown = 1 }\n"})
    EXPECT_FALSE(belongs(method, row(where))) << where;
}

/// Four training clients with 4, 10, 10 and 16 samples, half of them to train on: 20 in all. A step of 5
/// reads 2, 5, 5 and 5 of them, 4.25 on the average.
TEST(TrainedEpochs, AreWhatRoundsReadOverWhatThereIs) {
  auto one = run("perfedavg", 1, std::array{0.2}, 0, 10, 8);
  const auto of = [&](std::vector<std::pair<std::string, record::AttributeValue>> options) {
    one.header.hyperparameters = {{"rounds", std::int64_t{8}},       {"clients_per_round", std::int64_t{2}},
                                  {"local_epochs", std::int64_t{3}}, {"local_steps", std::int64_t{1}},
                                  {"batch_size", std::int64_t{5}},   {"local_data", "support"}};
    for (auto& option : options) {
      std::erase_if(one.header.hyperparameters, [&](const auto& own) { return own.first == option.first; });
      one.header.hyperparameters.push_back(option);
    }
    Source source{"a.h5", results_with({one})};
    source.results.data.role = {0, 0, 1, 0, 0};
    source.results.data.samples = {4, 10, 50, 10, 16};
    source.results.data.support = {2, 5, 25, 5, 8};
    return trained_epochs({&source.results.runs[0], &source});
  };
  EXPECT_DOUBLE_EQ(of({}).value(), 8 * 2 * 4.25 / 20);
  EXPECT_DOUBLE_EQ(of({{"local_data", "all"}}).value(), 8 * 2 * 4.75 / 40);           // 4, 5, 5 and 5
  EXPECT_DOUBLE_EQ(of({{"local_steps", std::int64_t{0}}}).value(), 8 * 2 * 3 / 4.0);  // of the clients' own
  EXPECT_DOUBLE_EQ(of({{"batch_size", std::int64_t{0}}}).value(), 8 * 2 / 4.0);
  // Three steps of 5: 6, 15, 15, and of eight samples 5, the other 3, and 5 again.
  EXPECT_DOUBLE_EQ(of({{"local_steps", std::int64_t{3}}}).value(), 8 * 2 * (6 + 15 + 15 + 13) / 4.0 / 20);
  EXPECT_DOUBLE_EQ(of({{"rounds", std::int64_t{0}}, {"start_rounds", std::int64_t{80}}}).value(),
                   80 * 2 * 4.25 / 20);
  EXPECT_FALSE(of({{"local_steps", "unknown"}}));
}

}  // namespace
}  // namespace fedmeta::report
