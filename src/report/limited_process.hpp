// A program of others, which may be missing, fail or hang.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace fedmeta::report {

enum class Ended {
  well,           ///< status 0
  badly,          ///< another status, or by a signal
  not_installed,  ///< it could not be started
  too_late,       ///< killed, with all that it started
};

/// Runs a program found along PATH in `folder`, for at most `limit`. It reads nothing and what it prints is
/// not seen. It also ends where this program does.
Ended run_limited(const std::vector<std::string>& command, const std::filesystem::path& folder,
                  std::chrono::milliseconds limit);

}  // namespace fedmeta::report
