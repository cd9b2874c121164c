// Inputs that only the program can write well: results files, data files and checkpoints.
#pragma once

#include <filesystem>

namespace fedmeta::fuzz {

/// Writes FOLDER/TARGET/good-NAME, each accepted by its target.
void write_seeds(const std::filesystem::path& folder);

}  // namespace fedmeta::fuzz
