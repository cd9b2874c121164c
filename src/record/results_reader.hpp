// Reads a results file, complete or not.
#pragma once

#include <filesystem>

#include "record/results.hpp"

namespace fedmeta::record {

/// A file that a killed program left (`.part`) is read as far as it was flushed; `header.status` tells.
/// Throws Error(own_file) where `path` is missing, not HDF5, of another schema version, or lacks something.
Results read_results(const std::filesystem::path& path);

}  // namespace fedmeta::record
