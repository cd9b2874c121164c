// Layouts of the papers' figures, which say what runs belong into a panel as which curve. They are the TOML
// files of src/report/layouts/figures, compiled in: names of algorithms and data sets stand there alone.
//
//     title = "..."          # of the figure, with its source
//     caption = "..."
//     kind = "rounds"        # evaluations against rounds. Or: "personalisation", accuracy against epochs of
//     it;
//                            # "seeds", the distribution of the last evaluation over seeds; "clients", each
//                            # client's accuracy before and after adaptation
//     columns = 2            # of panels
//     [[panels]]
//     title = "..."
//     dataset = "..."
//     support = 0.9          # share of a client's samples
//     shows = ["accuracy"]   # of rounds and seeds: columns of `evaluations` in results files
//     smoothing = 0.95       # optional, of rounds: weight of the past in a moving average; as measured, thin
//     [[curves]]
//     title = "..."          # as the row in results/published/NAME.csv, whose column is the panel's title
//     algorithm = "..."
//     where = { ... }        # optional, as in layouts of tables
//     panel = "..."          # optional: in the panel of this title alone
//     colour = 1             # optional: a place in Okabe and Ito's palette; absent: the algorithm's
//     dash = 2               # optional: gnuplot's dash type
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/output/figure.hpp"
#include "report/tables/layout.hpp"

namespace fedmeta {

/// Texts of the files, as they were when the program was built, by their names without the ending.
const std::map<std::string, std::string_view>& figure_layout_texts();

}  // namespace fedmeta

namespace fedmeta::report {

struct FigurePanel {
  std::string title, dataset;
  double support = 0;
  std::vector<std::string> shows;
  double smoothing = 0;
};

struct FigureCurve {
  LayoutRow runs;
  std::optional<std::string> panel;
  Pen pen;
};

struct FigureLayout {
  std::string name;  ///< of its file without ending, and of the figure
  std::string title, caption, kind;
  std::size_t columns = 1;
  std::vector<FigurePanel> panels;
  std::vector<FigureCurve> curves;
};

/// All layouts, by name.
const std::vector<FigureLayout>& figure_layouts();

/// Throws Error(usage), which says what is wrong.
FigureLayout parse_figure_layout(const std::string& name, std::string_view text);

}  // namespace fedmeta::report
