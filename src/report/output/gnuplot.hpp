// Writes figures to files and has gnuplot draw them.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "report/output/figure.hpp"

namespace fedmeta::report {

/// Writes NAME.dat and NAME.gp to `folder` and removes an earlier NAME.svg, NAME.png and NAME.pdf. Throws
/// Error(own_file).
void write_figure(const Figure& figure, const Style& style, const std::filesystem::path& folder);

/// The outcome of drawing.
enum class Drawn { yes, not_installed, failed, too_slow };

/// Time limit of gnuplot for one picture, which takes it about a second.
constexpr std::chrono::milliseconds picture_limit = std::chrono::seconds(60);

/// Runs gnuplot for the style's pictures: NAME.svg, NAME.png ... Removes those that it does not finish.
Drawn draw_figure(const Figure& figure, const Style& style, const std::filesystem::path& folder,
                  std::chrono::milliseconds limit = picture_limit);

/// Returns a reason such as "gnuplot failed", for any outcome but Drawn::yes.
std::string why_not(Drawn drawn);

}  // namespace fedmeta::report
