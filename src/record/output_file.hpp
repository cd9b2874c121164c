// Files that appear under their name only when they are complete.
#pragma once

#include <filesystem>

namespace fedmeta::record {

/// Makes the folders that lack and tries to write there. Throws Error(usage) where `path` exists and `force`
/// is not set, Error(own_file) where it is no regular file or cannot be written.
void check_output(const std::filesystem::path& path, bool force);

/// Where the file is until it is complete: PATH.part.
std::filesystem::path part_of(const std::filesystem::path& path);

/// Brings the finished part to the disk and gives it its final name. Throws Error(own_file).
void publish(const std::filesystem::path& path);

}  // namespace fedmeta::record
