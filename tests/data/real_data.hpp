// Real data of tests: FEDMETA_DATA_DIR, or ../shared/data beside the project. FEDMETA_SOURCE_DIR is defined
// by the build.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "data/temporary_folder.hpp"

namespace fedmeta::test {

inline std::filesystem::path data_folder() {
  const char* given = std::getenv("FEDMETA_DATA_DIR");
  return given ? std::filesystem::path(given) : std::filesystem::path(FEDMETA_SOURCE_DIR) / "../shared/data";
}

/// The file itself, or FILE without .gz, unpacked into the folder.
inline std::filesystem::path unpack(const std::filesystem::path& file, const TemporaryFolder& folder) {
  if (file.extension() != ".gz") return file;
  const auto plain = folder.path() / file.stem();
  const std::string command = "gzip -dc '" + file.string() + "' > '" + plain.string() + "'";
  if (std::system(command.c_str()) != 0) throw std::runtime_error(command);
  return plain;
}

}  // namespace fedmeta::test
