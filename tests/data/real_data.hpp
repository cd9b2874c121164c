// Real data for tests, from FEDMETA_DATA_DIR or ../shared/data beside the project, unpacked or not.
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

/// Where `file` or `file`.gz is; empty where neither is.
inline std::filesystem::path find_packed(const std::filesystem::path& file) {
  if (std::filesystem::exists(file)) return file;
  const std::filesystem::path packed = file.string() + ".gz";
  return std::filesystem::exists(packed) ? packed : std::filesystem::path();
}

/// A plain file is itself; NAME.gz is unpacked into the folder.
inline std::filesystem::path unpack(const std::filesystem::path& file, const TemporaryFolder& folder) {
  if (file.extension() != ".gz") return file;
  const std::filesystem::path plain = folder.path() / file.stem();
  const std::string command = "gzip -dc '" + file.string() + "' > '" + plain.string() + "'";
  if (std::system(command.c_str()) != 0) throw std::runtime_error(command);
  return plain;
}

}  // namespace fedmeta::test
