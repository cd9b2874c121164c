// Results files -> a folder with report.md, report.html, tables/*.csv and figures/*.
#pragma once

#include <filesystem>
#include <vector>

namespace fedmeta::report {

struct Outcome {
  bool drawn = true;        ///< false where gnuplot is not installed
  bool incomplete = false;  ///< some file or run is not complete; the report says which
};

/// `smoothing` as for make_figures; tables hold what was measured.
/// Throws Error(own_file) where a file cannot be read or the folder not be written, Error(usage) where a run
/// is given twice.
Outcome write_report(const std::vector<std::filesystem::path>& files, const std::filesystem::path& folder,
                     double smoothing = 0);

}  // namespace fedmeta::report
