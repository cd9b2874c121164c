// The figures of a report: data and gnuplot scripts, drawn where gnuplot is installed.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "report/comparison.hpp"

namespace fedmeta::report {

/// One figure before it is drawn.
struct Figure {
  std::string name;  ///< of its files, without ending
  std::string caption;
  int width = 760, height = 440;  ///< pixels of the SVG
  std::string data;               ///< NAME.dat; blocks apart by two empty lines, for gnuplot's `index`
  std::string script;             ///< plotting commands; the choice of terminal is added by write_figure
};

/// Those for which the comparison has data, in reading order. `smoothing`: weight, 0 to below 1, of the past
/// in the courses' exponential moving average; 0 = none.
std::vector<Figure> make_figures(const Comparison& comparison, double smoothing);

Figure accuracy_figure(const Comparison& comparison, double smoothing);
Figure loss_figure(const Comparison& comparison, double smoothing);
Figure personalisation_figure(const Comparison& comparison);
Figure overhead_figure(const Comparison& comparison);
Figure clients_figure(const Comparison& comparison);

/// One colour per method, the same in every figure (Okabe and Ito's palette, safe for colour-blind readers).
std::string colour(const std::string& algorithm);

/// Pixels that names of methods take beyond those of algorithms alone.
int room_for_names(const Comparison& comparison);

/// Writes NAME.dat and NAME.gp into `folder`. Throws Error(own_file).
void write_figure(const Figure& figure, const std::filesystem::path& folder);

/// Runs gnuplot for NAME.svg and NAME.png. False where gnuplot is not installed.
/// Throws Error(own_file) where gnuplot fails.
bool draw_figure(const Figure& figure, const std::filesystem::path& folder);

}  // namespace fedmeta::report
