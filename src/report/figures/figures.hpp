// Figures of a report: data and gnuplot scripts, which are drawn if gnuplot is installed.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

/// A figure before it is drawn. Names from files enter its data and script only through text_sinks.hpp.
struct Figure {
  std::string name;  ///< name of its files without extension; equal to its terminal_text
  std::string caption;
  int width = 760, height = 440;  ///< pixels of the SVG
  std::string data;               ///< NAME.dat; two empty lines separate blocks, for gnuplot's `index`
  std::string script;             ///< plotting commands; write_figure adds the choice of terminal
};

/// Returns the figures for which the comparison has data, in reading order. `smoothing` is the weight of the
/// past in the exponential moving average of the curves, 0 (none) to below 1.
std::vector<Figure> make_figures(const Comparison& comparison, double smoothing);

Figure accuracy_figure(const Comparison& comparison, double smoothing);
Figure loss_figure(const Comparison& comparison, double smoothing);
Figure spending_figure(const Comparison& comparison);
Figure personalisation_figure(const Comparison& comparison);
Figure overhead_figure(const Comparison& comparison);
Figure clients_figure(const Comparison& comparison);
Figure density_figure(const Comparison& comparison);

/// Returns a method's colour, the same in every figure (Okabe and Ito's palette for colour-blind readers).
std::string colour(const std::string& algorithm);

/// Returns the style of a method's line, with marks at about ten of its points. Methods of one algorithm
/// share its colour and differ in dashes and marks.
std::string line_style(const Comparison& comparison, std::size_t method, std::size_t points);

/// By what an axis is multiplied so that its numbers are short, and the SI prefix of its unit.
struct Scale {
  double factor;
  std::string prefix;
};
Scale scale_for(double largest);

/// Returns the pixels that method names need beyond the names of algorithms alone.
int room_for_names(const Comparison& comparison);

/// Writes NAME.dat and NAME.gp to `folder` and removes an earlier NAME.svg and NAME.png. Throws
/// Error(own_file).
void write_figure(const Figure& figure, const std::filesystem::path& folder);

/// The outcome of drawing.
enum class Drawn { yes, not_installed, failed, too_slow };

/// Time limit of gnuplot for one picture, which takes it about a second.
constexpr std::chrono::milliseconds picture_limit = std::chrono::seconds(60);

/// Runs gnuplot for NAME.svg and NAME.png. Removes pictures that it does not finish.
Drawn draw_figure(const Figure& figure, const std::filesystem::path& folder,
                  std::chrono::milliseconds limit = picture_limit);

/// Returns a reason such as "gnuplot failed", for any outcome but Drawn::yes.
std::string why_not(Drawn drawn);

}  // namespace fedmeta::report
