// Draws generated FEMNIST: one row per writer, one column per character.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace fedmeta::programs {

struct GlyphPicture {
  std::string characters = "0Oo1Il2Zz5Ss6bG4Yy9gqaefrtkn7";
  int writers = 12;
  int zoom = 2;
  std::uint64_t seed = 42;
};

/// Writes a binary PGM (Netpbm). Throws Error(usage) for an impossible picture, or if the file exists without
/// `force`; Error(own_file) if it cannot be written.
void write_picture(const GlyphPicture& picture, const std::filesystem::path& file, bool force);

}  // namespace fedmeta::programs
