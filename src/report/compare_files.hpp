// Two results files side by side: what differs in their settings, and whether the second is worse.
#pragma once

#include <string>

#include "report/pooling/comparison.hpp"

namespace fedmeta::report {

struct FilesCompared {
  std::string text;  ///< Markdown, for the terminal
  bool worse =
      false;  ///< an algorithm's mean accuracy in the second file is lower by more than the tolerance
};

/// Compares the algorithms and seeds that both files have, by their accuracy on the test clients (else the
/// validation clients) at the last evaluation. `tolerance`: a fraction. Throws Error(usage) if they have none
/// in common.
FilesCompared compare_files(const Source& a, const Source& b, double tolerance);

/// Returns the two-sided p-value of the sign test: how likely `better` against `worse` or a more uneven
/// outcome is if both are equally likely.
double sign_test(std::size_t better, std::size_t worse);

}  // namespace fedmeta::report
