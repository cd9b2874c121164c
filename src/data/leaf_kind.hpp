// Finds out to which of LEAF's data sets a file belongs.
#pragma once

#include <filesystem>
#include <string>

namespace fedmeta::data {

/// Returns femnist, shakespeare, sent140 or synthetic by the first sample of a LEAF file: 784 numbers, a
/// string, an array of strings, or 60 numbers. Returns an empty string if it is none of these or no sample is
/// found; a reader will then report what is wrong.
std::string leaf_kind(const std::filesystem::path& file);

}  // namespace fedmeta::data
