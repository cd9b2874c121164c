// Results files -> a folder with report.md, report.html, tables/*.csv and figures/*.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "report/figures.hpp"

namespace fedmeta::report {

struct Outcome {
  std::size_t figures = 0, not_drawn = 0;  ///< of the latter the SVG or the PNG is missing, in the report too
  std::string why_not_drawn;               ///< "gnuplot failed"
  bool incomplete = false;                 ///< some file or run is not complete; the report says which
};

/// `smoothing` as for make_figures; tables hold what was measured. Where gnuplot is missing, fails or takes
/// longer than `limit` for a picture, all but the pictures is there. Throws Error(own_file) where a file
/// cannot be read or the folder not be written, Error(usage) where a run is given twice.
Outcome write_report(const std::vector<std::filesystem::path>& files, const std::filesystem::path& folder,
                     double smoothing = 0, std::chrono::milliseconds limit = picture_limit);

}  // namespace fedmeta::report
