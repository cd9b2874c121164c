// Writes and reads small files as a whole.
#pragma once

#include <filesystem>
#include <string>

namespace fedmeta::report {

/// Writes a file. Throws Error(own_file) if it cannot be written completely, and then leaves none.
void write_file(const std::filesystem::path& path, const std::string& text);
/// Returns a file's content. Throws Error(own_file) if it cannot be read.
std::string read_file(const std::filesystem::path& path);
/// Creates a folder and its parents. Throws Error(own_file).
void make_folder(const std::filesystem::path& path);

}  // namespace fedmeta::report
