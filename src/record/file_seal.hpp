// The seal of a complete file: a checksum of all its bytes, in a line of text behind them.
//
// HDF5 passes over what follows its own end, and cuts it off when a program changes the file. So a file has
// its seal for as long as it is the one that was written. Checksums inside of it are not enough: that of a
// chunk of zeros is zero, and the library trusts what it reads before it checks it.
#pragma once

#include <filesystem>

#include "base/error.hpp"

namespace fedmeta::record {

/// Appends the seal to a file that is complete. Throws Error(own_file) if it cannot be written.
void seal(const std::filesystem::path& path);

/// Returns whether the file ends with a seal, right or wrong.
bool has_seal(const std::filesystem::path& path);

/// Throws Error(status) if the seal is not that of the bytes before it. Passes over files without one.
void check_seal(const std::filesystem::path& path, Status status);

/// Returns the checksum of all bytes of a file, the seal included, in 16 digits: what `xxhsum -H3` prints.
/// Throws Error(own_file) if it cannot be read.
std::string file_sum(const std::filesystem::path& path);

}  // namespace fedmeta::record
