// Places a figure's panels, titles and legend, and writes the gnuplot commands that draw them there. All
// lengths are in em; letters are taken to be as wide as those of DejaVu Sans and Verdana, the widest of the
// usual fonts.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "report/output/figure.hpp"
#include "report/output/text_sinks.hpp"

namespace fedmeta::report {
namespace {

constexpr double letter = 0.62, line_height = 1.4;
constexpr double y_axis = 6.2;  // numbers and the axis's title
constexpr double x_axis = 4.2;  // likewise
constexpr double right_edge = 1.6;
constexpr double sample = 3;  // of a line in the legend, with the gap behind it

double width_of(const std::string& text) {
  return letter * static_cast<double>(text.size());
}

/// Breaks a text between words, and longer words anywhere, into lines of at most `width`.
std::vector<std::string> broken(const std::string& text, double width) {
  const auto most = static_cast<std::size_t>(std::max(width / letter, 8.0));
  std::vector<std::string> lines{""};
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min({text.find(' ', at), at + most, text.size()});
    const auto word = text.substr(at, end - at);
    const std::string gap = lines.back().empty() ? "" : " ";
    if (lines.back().size() + gap.size() + word.size() > most)
      lines.push_back(word);
    else
      lines.back() += gap + word;
    at = end < text.size() && text[end] == ' ' ? end + 1 : end;
  }
  return lines;
}

/// Returns the begin and the end of a text that is too long: both tell methods apart.
std::string without_middle(const std::string& text, double width) {
  const auto most = static_cast<std::size_t>(std::max(width / letter, 8.0));
  if (text.size() <= most) return text;
  const auto begin = (most - 3) / 2;
  return text.substr(0, begin) + "..." + text.substr(text.size() - (most - 3 - begin));
}

/// Returns a step of 1, 2 or 5 times a power of ten, of which at most `most` fit into `whole`.
double tick_step(double whole, double most) {
  const double power = std::pow(10, std::floor(std::log10(whole / most)));
  for (const double step : {1.0, 2.0, 5.0})
    if (step * power * most >= whole) return step * power;
  return 10 * power;
}

/// How a figure is made to fit.
struct Fit {
  bool wide;                ///< over the width of a page
  std::size_t names_a_row;  ///< of the legend, each shortened to its part of a line; 0: whole names, in lines
};

class PlacedFigure {
 public:
  PlacedFigure(const Figure& figure, const Style& style, Fit fit) : figure_(figure), style_(style) {
    const double given = fit.wide ? style.page : style.column;
    columns_ = given > 0 && !fit.wide ? 1 : std::max<std::size_t>(1, figure.columns);
    rows_ = (figure.panels.size() + columns_ - 1) / columns_;
    left_ = y_axis;
    const double names = given > 0 ? 0.35 * given : 30;
    for (const auto& name : figure.y_names) {
      y_names_.push_back(without_middle(name, names));
      left_ = std::max(left_, width_of(y_names_.back()) + 1.5);
    }
    gap_ = figure.shares_y || !figure.y_names.empty() ? 2.8 : y_axis;
    name_entries(given, fit.names_a_row);
    set_widths(given);
    set_heights();
    if (given > 0 && fit.wide) flatten();
  }

  bool fits() const { return style_.tallest == 0 || height_ < style_.tallest + 1e-6; }

  Drawing drawing() const {
    std::string script = "set multiplot\n" + titles();
    for (std::size_t p = 0; p < figure_.panels.size(); ++p) script += panel(p);
    return {width_ * style_.font, height_ * style_.font, script + legend() + "unset multiplot\n"};
  }

 private:
  double count(std::size_t number) const { return static_cast<double>(number); }

  void name_entries(double given, std::size_t names_a_row) {
    const double whole = given > 0 ? given - sample - 2 : std::max(20.0, 0.8 * figure_.panel_width);
    for (const LegendEntry& entry : figure_.legend) {
      if (names_a_row == 0)
        names_.push_back(broken(entry.name, whole));
      else
        names_.push_back({without_middle(entry.name, (given - 1) / count(names_a_row) - sample - 1)});
      for (const auto& line : names_.back()) entry_ = std::max(entry_, sample + width_of(line) + 1);
    }
  }

  /// Lowers the panels until the figure is no taller than a page, but not beyond what can be read.
  void flatten() {
    const double least = figure_.y_names.empty() ? 10 : 1.4 * count(figure_.y_names.size()),
                 too_much = (height_ - style_.tallest) / count(std::max<std::size_t>(1, rows_)),
                 lower = std::min(panel_height_, std::max(least, panel_height_ - std::max(0.0, too_much)));
    height_ -= count(rows_) * (panel_height_ - lower);
    panel_height_ = lower;
  }

  void set_widths(double given) {
    const double beside = style_.legend_below || figure_.legend.empty() ? right_edge : 1 + entry_;
    const double gaps = count(columns_ - 1) * gap_;
    panel_width_ = given > 0 ? (given - left_ - beside - gaps) / count(columns_) : figure_.panel_width;
    panel_width_ = std::max(panel_width_, 8.0);
    width_ = left_ + count(columns_) * panel_width_ + gaps + beside;
    legend_left_ = style_.legend_below ? 1 : left_ + count(columns_) * panel_width_ + gaps + 1;
    entries_a_row_ = std::max<std::size_t>(1, static_cast<std::size_t>((width_ - 1) / std::max(entry_, 1.0)));
    if (!style_.legend_below) entries_a_row_ = 1;
  }

  void set_heights() {
    const bool narrower = panel_width_ < figure_.panel_width && figure_.y_names.empty();
    panel_height_ = narrower ? std::max(10.0, figure_.panel_height * panel_width_ / figure_.panel_width)
                             : figure_.panel_height;
    if (style_.titles && !figure_.title.empty()) titles_ = broken(figure_.title, width_ - 2);
    panel_titles_ = std::any_of(figure_.panels.begin(), figure_.panels.end(),
                                [](const Panel& panel) { return !panel.title.empty(); });
    above_ = panel_titles_ ? 2.3 : 0.8;
    top_ = line_height * 1.1 * count(titles_.size()) + (titles_.empty() ? 0 : 0.8);
    for (std::size_t i = 0; i < names_.size(); i += entries_a_row_) {
      legend_tops_.push_back(legend_height_);
      std::size_t lines = 1;
      for (std::size_t k = i; k < std::min(i + entries_a_row_, names_.size()); ++k)
        lines = std::max(lines, names_[k].size());
      legend_height_ += line_height * count(lines);
    }
    below_ = style_.legend_below ? legend_height_ + 0.4 : 0;
    height_ = top_ + count(rows_) * (above_ + panel_height_ + x_axis) + below_;
    if (!style_.legend_below) height_ = std::max(height_, top_ + above_ + legend_height_ + 1);
  }

  std::string x(double em) const { return fmt::format("{:.5f}", em / width_); }
  /// From the top.
  std::string y(double em) const { return fmt::format("{:.5f}", 1 - em / height_); }

  std::string titles() const {
    std::string script;
    for (std::size_t i = 0; i < titles_.size(); ++i)
      script +=
          fmt::format("set label {} {} at screen 0.5,{} center font ',{:g}'\n", i + 1,
                      gnuplot_string(titles_[i]), y(0.9 + 1.1 * line_height * count(i)), 1.1 * style_.font);
    return script;
  }

  /// A row of panels may have but one axis, on the left.
  bool has_y_axis(std::size_t column) const {
    return column == 0 || !(figure_.shares_y || !figure_.y_names.empty());
  }

  std::string y_ticks(std::size_t column) const {
    if (figure_.y_names.empty()) return has_y_axis(column) ? "set format y\n" : "set format y ''\n";
    std::string names;
    for (std::size_t i = 0; i < figure_.y_names.size(); ++i)
      names += (i ? ", " : "") + gnuplot_tick(y_names_[i]) + " " + std::to_string(i);
    return fmt::format("set yrange [{:g}:-0.6]\nset grid noytics\n", count(figure_.y_names.size()) - 0.4) +
           (has_y_axis(column) ? "set ytics (" + names + ") scale 0\n" : "unset ytics\n");
  }

  std::string x_range(const AxisFromZero& axis) const {
    constexpr double tick = 4;  // em, of its number
    const double step = tick_step(axis.end, panel_width_ / tick);
    return fmt::format("set xrange [0:{:.9g}]\nset xtics {:.9g}\n", axis.end,
                       axis.whole ? std::max(step, 1.0) : step);
  }

  std::string bar_range(const BarRoom& room) const {
    const double share = std::min(0.75, (room.label + 1) / panel_width_), end = room.longest / (1 - share);
    if (!room.start) return x_range({end});
    const double decades = std::log10(room.longest / *room.start) / (1 - share);
    return fmt::format("set logscale x\nset xrange [{:.9g}:{:.9g}]\n", *room.start,
                       *room.start * std::pow(10, decades));
  }

  std::string panel(std::size_t p) const {
    const Panel& panel = figure_.panels[p];
    const std::size_t column = p % columns_;
    const double left = left_ + count(column) * (panel_width_ + gap_);
    const double top = top_ + count(p / columns_) * (above_ + panel_height_ + x_axis) + above_;
    std::string plot;
    for (const auto* parts : {&panel.bands, &panel.lines})
      for (const std::string& part : *parts) plot += (plot.empty() ? "" : ", \\\n  ") + part + " notitle";
    // gnuplot finds no range by itself where there is nothing to draw
    const std::string ranges = plot.empty() ? "set xrange [0:1]\nset yrange [0:1]\n" : "";
    if (plot.empty()) plot = "NaN notitle";
    return fmt::format(
               "\nset lmargin at screen {}\nset rmargin at screen {}\nset tmargin at screen {}\n"
               "set bmargin at screen {}\n",
               x(left), x(left + panel_width_), y(top), y(top + panel_height_)) +
           "unset logscale\nset autoscale\nset xtics auto\nset ytics auto\nset format x\n" +
           (panel.title.empty() ? "unset title\n"
                                : "set title " + gnuplot_string(panel.title) + " offset 0,-0.3-lift/2\n") +
           "set xlabel " + gnuplot_string(panel.x_title) + " offset 0,lift\nset ylabel " +
           gnuplot_string(has_y_axis(column) ? panel.y_title : "") + "\n" + y_ticks(column) +
           (panel.bars ? bar_range(*panel.bars) : "") + (panel.x_axis ? x_range(*panel.x_axis) : "") +
           panel.settings + ranges + "plot " + plot + "\n" + (p == 0 ? "unset label\n" : "");
  }

  std::string legend() const {
    if (figure_.legend.empty()) return "";
    // Plotted, since gnuplot's SVGs join arrows of one colour to one line, with the dashes of the first.
    std::string script, lines;
    const double first = style_.legend_below ? height_ - below_ + 0.5 : top_ + above_ + 1;
    for (std::size_t i = 0; i < figure_.legend.size(); ++i) {
      const Pen& pen = figure_.legend[i].pen;
      const double left = legend_left_ + count(i % entries_a_row_) * entry_;
      const double middle = first + legend_tops_[i / entries_a_row_];
      lines += fmt::format(
          "{}'+' every ::0::0 using ({}):({}):({}):(0) with vectors nohead lc rgb '{}' lw {:g} dt {} notitle",
          i ? ", \\\n  " : "", x(left), y(middle), x(2.3), pen.colour, pen.width, pen.dash);
      for (std::size_t l = 0; l < names_[i].size(); ++l)
        script += fmt::format("set label {} at screen {},{} left\n", gnuplot_string(names_[i][l]),
                              x(left + sample), y(middle + line_height * count(l)));
      if (pen.mark > 0)
        script += fmt::format("set label '' at screen {},{} point pt {} ps 0.7 lc rgb '{}'\n", x(left + 1.15),
                              y(middle), pen.mark, pen.colour);
    }
    return "\n# the legend\nunset border\nunset tics\nunset grid\nunset title\nunset xlabel\nunset ylabel\n"
           "unset logscale\nset lmargin at screen 0\nset rmargin at screen 1\nset tmargin at screen 1\n"
           "set bmargin at screen 0\nset xrange [0:1]\nset yrange [0:1]\n" +
           script + "plot " + lines + "\n";
  }

  const Figure& figure_;
  const Style& style_;
  std::size_t columns_ = 1, rows_ = 1, entries_a_row_ = 1;
  double left_ = 0, gap_ = 0, entry_ = 0, panel_width_ = 0, panel_height_ = 0, width_ = 0, height_ = 0;
  double legend_left_ = 0, above_ = 0, top_ = 0, below_ = 0;
  bool panel_titles_ = false;
  double legend_height_ = 0;
  std::vector<double> legend_tops_;              ///< of its rows
  std::vector<std::vector<std::string>> names_;  ///< the legend's, in lines
  std::vector<std::string> titles_, y_names_;
};

}  // namespace

Drawing lay_out(const Figure& figure, const Style& style) {
  const PlacedFigure usual(figure, style, {figure.wide, 0});
  if (usual.fits()) return usual.drawing();
  for (const std::size_t names_a_row : {0, 1})
    if (const PlacedFigure wide(figure, style, {true, names_a_row}); wide.fits()) return wide.drawing();
  return PlacedFigure(figure, style, {true, 2}).drawing();
}

}  // namespace fedmeta::report
