// Makes a folder with report.md, report.html, tables/*.csv and figures/* from results files.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "report/fleet/fleet.hpp"
#include "report/machine/machine_section.hpp"
#include "report/output/gnuplot.hpp"
#include "report/pooling/comparison.hpp"

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
  std::string style = "default";    ///< of figures: one of styles()
  std::optional<Fleet> fleet = {};  ///< what the methods would cost on it is told, too
  MachineWishes machine = {};
};

/// Writes the report. If gnuplot is missing, fails or takes longer than its limit, everything but the
/// pictures is written. Throws Error(own_file) if a file cannot be read or the folder cannot be written,
/// Error(usage) if a file is given twice, lies where the report is written, or there is no such baseline, and
/// as read_microbenchmarks().
Outcome write_report(const std::vector<std::filesystem::path>& files, const std::filesystem::path& folder,
                     const Wishes& wishes = {});

}  // namespace fedmeta::report
