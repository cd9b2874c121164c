// Checks of paths before anything is opened.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.hpp"

namespace fedmeta {

/// Throws Error(status) if `path`, after following links, does not exist or is not a regular file. Opening a
/// pipe can block forever, and a device may have no end.
void check_regular_file(const std::filesystem::path& path, Status status, const std::string& remedy);

/// Throws Error(usage) if the working folder has been removed, since relative paths then lead nowhere.
void check_working_folder();

}  // namespace fedmeta
