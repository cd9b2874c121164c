// Finds the files of a LEAF folder that are read, and those that look like data but are not read.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace fedmeta::data {

/// A file that looks like data but is not read.
struct PassedOver {
  std::filesystem::path path;
  std::string reason;  ///< why it is not read
};

struct DataFiles {
  std::vector<std::filesystem::path> read;  ///< in the order that defines "file order"
  std::vector<PassedOver> passed_over;      ///< sorted by path
};

/// Returns whether a file is LEAF JSON, by its name (*.json or *.json.gz) or its first character.
bool is_leaf_file(const std::filesystem::path& file);

/// Returns the files of a LEAF folder: *.json and *.json.gz of `train/`, then of `test/`, each sorted by
/// name; or those of the folder itself if it has neither. For a file it returns the file. Other files that
/// look like shards are listed as passed over; docs/data.md defines them. Throws Error(input) if there is
/// nothing to read.
DataFiles shard_files(const std::filesystem::path& path);

/// Throws Error(input), which names the first file, unless the list is empty.
void refuse_passed_over(const std::vector<PassedOver>& passed_over);

/// Returns the names of the files, relative to `folder`.
std::vector<std::string> names_of(const std::vector<PassedOver>& passed_over,
                                  const std::filesystem::path& folder);

/// Returns the names of all files of the data set at `path` that are passed over: those of `files`, which are
/// refused unless `allowed`, and those that were left out when it was made (`before`, one per line).
std::vector<std::string> names_passed_over(const DataFiles& files, const std::filesystem::path& path,
                                           bool allowed, const std::string& before);

/// Returns one name per line, as files store them.
std::string in_lines(const std::vector<std::string>& names);

/// Returns a list such as "a.json.bz2, b.JSON": the first names, and the number of others.
std::string passed_over_list(const std::vector<std::string>& names);

}  // namespace fedmeta::data
