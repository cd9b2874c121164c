// Files that nobody vouches for: of a run that was killed, of earlier versions, or changed by another
// program.
//
// What is damaged in them may crash the HDF5 library, keep it busy for ever, or make it ask for all memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/error.hpp"
#include "record/results.hpp"

namespace fedmeta::record {

struct ReadingLimits {
  std::uint64_t bytes = 0;  ///< of memory, beside what the program has already
  unsigned seconds = 0;
};

/// Returns generous limits for a file of this size.
ReadingLimits reading_limits(const std::filesystem::path& path);

/// Calls `read` in a child process. Throws Error(status), which names `path`, if the child dies or exceeds
/// the limits, and what `read` throws otherwise. Returns if `read` did. For programs without threads and MPI.
void try_in_child(const std::filesystem::path& path, Status status, const ReadingLimits& limits,
                  const std::function<void()>& read);

/// Reads a results file as read_results() does, and first in a child process if it has no seal.
Results read_results_guarded(const std::filesystem::path& path);

}  // namespace fedmeta::record
