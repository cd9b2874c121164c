// Makes a folder with report.md, report.html, tables/*.csv and figures/* from results files.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "report/figures.hpp"

namespace fedmeta::report {

struct Outcome {
  std::size_t figures = 0, not_drawn = 0;  ///< `not_drawn`: figures without an SVG or PNG
  std::string why_not_drawn;               ///< "gnuplot failed"
  bool incomplete = false;                 ///< a file or run is not complete; the report says which
};

/// Writes the report. `smoothing` is as for make_figures; tables are never smoothed. If gnuplot is missing,
/// fails or takes longer than `limit` for a picture, everything but the pictures is written. Throws
/// Error(own_file) if a file cannot be read or the folder cannot be written, Error(usage) if a run is given
/// twice.
Outcome write_report(const std::vector<std::filesystem::path>& files, const std::filesystem::path& folder,
                     double smoothing = 0, std::chrono::milliseconds limit = picture_limit);

}  // namespace fedmeta::report
