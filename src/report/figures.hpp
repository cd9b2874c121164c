// The figures of a report: data and gnuplot scripts, drawn where gnuplot is installed.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "report/comparison.hpp"

namespace fedmeta::report {

/// One figure before it is drawn. Names from files are in its data and script by way of text_sinks.hpp alone.
struct Figure {
  std::string name;  ///< of its files, without ending; the same as its terminal_text
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

/// Writes NAME.dat and NAME.gp into `folder`, and removes an earlier NAME.svg and NAME.png. Throws
/// Error(own_file).
void write_figure(const Figure& figure, const std::filesystem::path& folder);

/// How drawing went.
enum class Drawn { yes, not_installed, failed, too_slow };

/// What gnuplot gets for one picture, which takes it a second.
constexpr std::chrono::milliseconds picture_limit = std::chrono::seconds(60);

/// Runs gnuplot for NAME.svg and NAME.png; what it does not finish is not there.
Drawn draw_figure(const Figure& figure, const std::filesystem::path& folder,
                  std::chrono::milliseconds limit = picture_limit);

/// "gnuplot failed". Of what is not Drawn::yes.
std::string why_not(Drawn drawn);

}  // namespace fedmeta::report
