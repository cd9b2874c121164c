// The tables on top of the report.
#include "report/tables/summary_tables.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "record/synthetic_results.hpp"

namespace fedmeta::report {
namespace {

/// What the only row of the table of data shows in a column of the CSV file.
std::string shown_in(const record::Results& results, const std::string& column) {
  const ReportTable table = data_table({{"a.h5", results}});
  const auto at = std::ranges::find(table.columns, column, &ColumnHead::key);
  EXPECT_NE(at, table.columns.end()) << column;
  return shown(table.rows.at(0).at(static_cast<std::size_t>(at - table.columns.begin())), at->format);
}

TEST(DataTable, HasClassesBesideThoseOfThePaper) {
  record::Results results = record::head();
  results.data.classes = {1, 3, 2, 2};
  results.data.classes_of_all = 5;
  EXPECT_EQ(shown_in(results, "classes"), "5");
  EXPECT_EQ(shown_in(results, "classes_min"), "1");
  EXPECT_EQ(shown_in(results, "classes_max"), "3");
  EXPECT_EQ(shown_in(results, "published_classes"), "62");
  EXPECT_EQ(shown_in(results, "published_classes_min"), "9");
  EXPECT_EQ(shown_in(results, "published_classes_max"), "62");
}

TEST(DataTable, SaysThatOlderFilesHaveNoClasses) {
  record::Results results = record::head();
  results.data.classes.clear();
  for (const std::string column : {"classes", "classes_min", "classes_max"})
    EXPECT_EQ(shown_in(results, column), "not recorded");
}

}  // namespace
}  // namespace fedmeta::report
