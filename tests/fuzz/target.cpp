#include "fuzz/target.hpp"

#include <fstream>

#include "data/temporary_folder.hpp"

namespace fedmeta::fuzz {

// Not in memory without a name (memfd_create): HDF5 wants the names of its files.
std::filesystem::path file_of(std::string_view bytes, const std::string& name) {
  static const test::TemporaryFolder folder;
  return folder.write(name, bytes);
}

}  // namespace fedmeta::fuzz
