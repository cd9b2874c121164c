// Layouts of the papers' tables, which say what runs belong into a row and a column. They are the TOML files
// of src/report/layouts, compiled in: names of algorithms and data sets stand there alone.
//
//     title = "..."          # of the table, with its source
//     caption = "..."
//     external = true        # optional: the published values are of other programs, not of a paper's authors
//     [[rows]]
//     title = "..."          # as in results/published/NAME.csv
//     algorithm = "..."
//     where = { model = "lr", self_steps = 100 }   # optional: hyper-parameters that the runs must have
//                                                  # (a list of such tables: one of them). Instead of a
//                                                  # value: { from = 1, below = 10 }, either may be absent;
//                                                  # a text that ends in *: all that begin so.
//                                                  # trained_epochs is worked out (trained_epochs.hpp)
//     [[columns]]
//     title = "..."          # likewise
//     dataset = "..."
//     support = 0.2          # share of a client's samples
//     shows = "accuracy"     # a column of `evaluations` in results files
//     split = "train"        # optional: the evaluated clients; absent: those of the report
//     reaches = 0.8          # optional: not its value at the end, but the first round in which it is so high
//     smoothing = 0.95       # optional: the value at the end of the moving average with this weight of the
//     past
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/results.hpp"

namespace fedmeta {

/// Texts of the files, as they were when the program was built, by their names without the ending.
const std::map<std::string, std::string_view>& layout_texts();

}  // namespace fedmeta

namespace fedmeta::report {

/// A hyper-parameter that runs must have.
struct Condition {
  std::string name;
  std::optional<record::AttributeValue> value = {};  ///< absent: any number in the range
  std::optional<double> from = {}, below = {};
};
using Conditions = std::vector<Condition>;  ///< all of them

struct LayoutRow {
  std::string title, algorithm;
  std::vector<Conditions> where;  ///< one of them must hold; empty: any run of the algorithm
};

struct LayoutColumn {
  std::string title, dataset;
  double support = 0;
  std::string shows;
  std::optional<std::string> split;
  std::optional<double> reaches;
  double smoothing = 0;
};

struct Layout {
  std::string name;  ///< of its file without ending, and of the table's CSV file
  std::string title, caption;
  bool external = false;
  std::vector<LayoutRow> rows;
  std::vector<LayoutColumn> columns;
};

/// All layouts, by name.
const std::vector<Layout>& layouts();

/// Throws Error(usage), which says what is wrong.
Layout parse_layout(const std::string& name, std::string_view text);

}  // namespace fedmeta::report
