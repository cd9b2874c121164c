// Files as earlier versions of this program wrote them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace fedmeta::record {

/// Rewrites a file: texts of any length, values without checksums, and in the groups `target` without an
/// axis, in the formats of HDF5's first versions. `attribute` states the version, and is set to it.
void rewrite_in_old_form(const std::filesystem::path& path, const std::string& attribute,
                         std::int32_t version);

}  // namespace fedmeta::record
