// Output files that get their final name only when they are complete.
#pragma once

#include <filesystem>

namespace fedmeta::record {

/// Creates missing parent directories and checks that `path` can be written. Throws Error(usage) if `path`
/// exists and `force` is not set, Error(own_file) if it is not a regular file or cannot be written.
void check_output(const std::filesystem::path& path, bool force);

/// Returns PATH.part, the file's name until it is complete.
std::filesystem::path part_of(const std::filesystem::path& path);

/// Syncs the finished part to disk and gives it its final name. Throws Error(own_file).
void publish(const std::filesystem::path& path);

}  // namespace fedmeta::record
