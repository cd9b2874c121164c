// Makes a folder with report.md, report.html, tables/*.csv and figures/* from results files.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "report/figures/figures.hpp"
#include "report/machine/machine_section.hpp"

namespace fedmeta::report {

struct Outcome {
  std::size_t figures = 0, not_drawn = 0;  ///< `not_drawn`: figures without an SVG or PNG
  std::string why_not_drawn;               ///< "gnuplot failed"
  bool incomplete = false;                 ///< a file or run is not complete; the report says which
};

struct Wishes {
  double smoothing = 0;                             ///< as for make_figures; tables are never smoothed
  std::chrono::milliseconds limit = picture_limit;  ///< of gnuplot for a picture
  Choices choices = {};
  MachineWishes machine = {};
};

/// Writes the report. If gnuplot is missing, fails or takes longer than its limit, everything but the
/// pictures is written. Throws Error(own_file) if a file cannot be read or the folder cannot be written,
/// Error(usage) if a file is given twice or there is no such baseline.
Outcome write_report(const std::vector<std::filesystem::path>& files, const std::filesystem::path& folder,
                     const Wishes& wishes = {});

}  // namespace fedmeta::report
