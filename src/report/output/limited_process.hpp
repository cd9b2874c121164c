// Runs another program, which may be missing, fail or hang.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace fedmeta::report {

enum class Ended {
  well,           ///< status 0
  badly,          ///< another status, or ended by a signal
  not_installed,  ///< could not be started
  too_late,       ///< killed, with everything that it started
};

/// Runs a program found through PATH, in `folder`, for at most `limit`. Its input is empty and its output is
/// discarded. It ends when this program ends.
Ended run_limited(const std::vector<std::string>& command, const std::filesystem::path& folder,
                  std::chrono::milliseconds limit);

}  // namespace fedmeta::report
