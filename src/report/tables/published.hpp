// Published values: the files of results/published, compiled in. Each line of NAME.csv is a value of the
// table that the layout NAME makes, with the titles of its row and column, the standard deviation where one
// was published, and the source. Accuracies are in percent.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace fedmeta {

/// Texts of the files, as they were when the program was built, by their names without the ending.
const std::map<std::string, std::string_view>& published_texts();

}  // namespace fedmeta

namespace fedmeta::report {

struct Published {
  double value = 0;
  std::optional<double> deviation;
  std::string source;
};

/// By the titles of the row and the column.
using PublishedValues = std::map<std::pair<std::string, std::string>, Published>;

/// Those of one table; empty for a table without any.
const PublishedValues& published(const std::string& table);

/// Throws std::invalid_argument, which says what is wrong.
PublishedValues parse_published(const std::string& name, std::string_view csv);

}  // namespace fedmeta::report
