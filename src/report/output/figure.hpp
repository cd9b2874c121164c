// A figure before it is drawn: panels in rows and columns, a legend for all of them, and their data. Its
// texts are plain, and its sizes are in em, the size of its font, so that one figure fits a screen and a
// paper's column.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace fedmeta::report {

/// How a line, its marks and its entry in the legend look. As gnuplot's `dt` and `pt`.
struct Pen {
  std::string colour;      ///< "#RRGGBB"
  std::string dash = "1";  ///< number or quoted pattern
  int mark = 0;            ///< 0: none
  double width = 2;
};

/// Returns the pen as gnuplot's line options, with marks at about ten of `points` points.
std::string line_options(const Pen& pen, std::size_t points);

/// Room for labels to the right of bars that begin at 0, or at `start` on a logarithmic axis.
struct BarRoom {
  double longest = 0;  ///< end of the longest bar
  double label = 0;    ///< em, of the longest label
  std::optional<double> start = {};
};

/// An x axis from 0, whose ticks are as many as the panel's width has room for.
struct AxisFromZero {
  double end;
  bool whole = false;  ///< ticks at whole numbers alone
};

/// What has axes of its own.
struct Panel {
  std::string title = {}, x_title = {}, y_title = {};
  std::string settings = {};  ///< gnuplot commands: ranges, tics, logarithmic axes
  std::vector<std::string> bands = {},
                           lines = {};  ///< parts of the plot command without titles; bands lie below lines
  std::optional<BarRoom> bars = {};
  std::optional<AxisFromZero> x_axis = {};
};

struct LegendEntry {
  std::string name;
  Pen pen;
};

struct Figure {
  std::string name;  ///< of its files without extension; equal to its terminal_text
  std::string title, caption;
  std::vector<Panel> panels = {};  ///< row by row
  std::size_t columns = 1;
  bool shares_y = false;  ///< the panels of a row have the first one's y axis
  bool wide = false;      ///< on paper over the width of a page, with all its columns, not of a column
  double panel_width = 38, panel_height = 24;  ///< em, on a screen
  std::vector<std::string> y_names = {};       ///< of the rows of bars, topmost first
  std::vector<LegendEntry> legend = {};
  std::string data = {};   ///< NAME.dat
  std::size_t blocks = 0;  ///< in it

  /// Adds lines of numbers below a comment. Returns what a plot command calls them: "data index 3".
  std::string add_block(const std::string& comment, const std::string& rows);
  /// Adds an entry unless there is one of that name; with a mark if one of its curves has any.
  void add_to_legend(const std::string& entry, const Pen& pen);
};

/// Returns the figure with a number in place of what stands in brackets in names of more than 80 letters,
/// such as "perfedavg [2]", in the legend and beside bars; the caption says what each stands for. Else the
/// names would take more room than the panels.
Figure with_numbered_names(Figure figure);

/// For whom figures are drawn.
struct Style {
  std::string name;                                 ///< as in --style
  double font = 14;                                 ///< points; those of an SVG are its pixels
  double column = 0, page = 0;                      ///< em, widths of figures; 0: as wide as their panels are
  double tallest = 0;                               ///< em, height of a page's text; 0: any
  bool titles = true;                               ///< else the caption alone says what a figure shows
  bool legend_below = false;                        ///< else to the right
  double png_scale = 2;                             ///< pixels of the PNG a point
  double line = 1;                                  ///< factor of all widths
  std::vector<std::string> pictures{"svg", "png"};  ///< files, by their endings
};

/// `default`, and `paper`: 8 points, 85 mm wide (two columns: 178 mm), at most 235 mm high, no titles.
const std::vector<Style>& styles();
/// Throws Error(usage) for an unknown name.
const Style& style_named(const std::string& name);

/// The picture's size in points, and the commands that draw it.
struct Drawing {
  double width, height;
  std::string script;
};
/// Of a figure that is too tall for its style, panels stand beside each other over the width of a page, then
/// are lower, and then names in its legend are without their middle.
Drawing lay_out(const Figure& figure, const Style& style);

}  // namespace fedmeta::report
