// What is asked of a path before anything is opened there.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.hpp"

namespace fedmeta {

/// Throws Error(status) where `path`, links followed, is missing or no regular file: a pipe is waited for
/// without end, a device may never end.
void check_regular_file(const std::filesystem::path& path, Status status, const std::string& remedy);

/// Throws Error(usage) where the folder that the program was started in is gone: relative paths lead nowhere.
void check_working_folder();

}  // namespace fedmeta
