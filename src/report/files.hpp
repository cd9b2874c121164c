// Small files written and read whole.
#pragma once

#include <filesystem>
#include <string>

namespace fedmeta::report {

/// Throws Error(own_file) where the file cannot be written completely, and then leaves none.
void write_file(const std::filesystem::path& path, const std::string& text);
/// Throws Error(own_file) where the file cannot be read.
std::string read_file(const std::filesystem::path& path);
/// With its parents. Throws Error(own_file).
void make_folder(const std::filesystem::path& path);

}  // namespace fedmeta::report
