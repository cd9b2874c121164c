// Layouts of the papers' tables, which say what runs belong into a row and a column. They are the TOML files
// of src/report/layouts, compiled in: names of algorithms and data sets stand there alone.
//
//     title = "..."          # of the table, with its source
//     caption = "..."
//     [[rows]]
//     title = "..."          # as in results/published/NAME.csv
//     algorithm = "..."
//     where = { model = "lr", self_steps = 100 }   # optional: hyper-parameters that the runs must have
//     [[columns]]
//     title = "..."          # likewise
//     dataset = "..."
//     support = 0.2          # share of a client's samples
//     shows = "accuracy"     # a column of `evaluations` in results files
//     reaches = 0.8          # optional: not its value at the end, but the first round in which it is so high
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/results.hpp"

namespace fedmeta {

/// Texts of the files, as they were when the program was built, by their names without the ending.
const std::map<std::string, std::string_view>& layout_texts();

}  // namespace fedmeta

namespace fedmeta::report {

struct LayoutRow {
  std::string title, algorithm;
  std::vector<std::pair<std::string, record::AttributeValue>> where;
};

struct LayoutColumn {
  std::string title, dataset;
  double support = 0;
  std::string shows;
  std::optional<double> reaches;
};

struct Layout {
  std::string name;  ///< of its file without ending, and of the table's CSV file
  std::string title, caption;
  std::vector<LayoutRow> rows;
  std::vector<LayoutColumn> columns;
};

/// All layouts, by name.
const std::vector<Layout>& layouts();

/// Throws Error(usage), which says what is wrong.
Layout parse_layout(const std::string& name, std::string_view text);

}  // namespace fedmeta::report
