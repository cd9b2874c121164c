#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "data/leaf.hpp"

namespace fedmeta::data {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> json_files(const fs::path& folder) {
  std::vector<fs::path> files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const fs::path& file = entry.path();
    const bool hidden = file.filename().string().starts_with('.');
    if (file.extension() == ".json" && !hidden && entry.is_regular_file()) files.push_back(file);
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::vector<fs::path> leaf_files(const fs::path& path) try {
  if (fs::is_regular_file(path)) return {path};
  if (!fs::is_directory(path)) {
    throw Error(Status::input, "no such file or folder", path.string(), "give --data an existing path");
  }
  const bool is_split = fs::is_directory(path / "train") || fs::is_directory(path / "test");
  std::vector<fs::path> files = json_files(is_split ? path / "train" : path);
  if (is_split) {
    for (fs::path& file : json_files(path / "test")) files.push_back(std::move(file));
  }
  if (files.empty()) {
    throw Error(Status::input, "the folder holds no *.json files", path.string(),
                "give the folder that holds train/ and test/, or the *.json files themselves (unpacked)");
  }
  return files;
} catch (const fs::filesystem_error& error) {
  throw Error(Status::input, "cannot read the folder: " + error.code().message(), path.string(),
              "check the path and its permissions");
}

}  // namespace fedmeta::data
