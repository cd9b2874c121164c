// Which files of a LEAF folder are read, and which look like a part of the data and are not.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace fedmeta::data {

/// Something that looks like a part of the data.
struct PassedOver {
  std::filesystem::path path;
  std::string reason;  ///< why it is not read
};

struct DataFiles {
  std::vector<std::filesystem::path> read;  ///< in the order that defines "file order"
  std::vector<PassedOver> passed_over;      ///< sorted by path
};

/// Whether a file is LEAF JSON: by its name, *.json or *.json.gz, or by its first character.
bool is_leaf_file(const std::filesystem::path& file);

/// The files of a LEAF folder: those of `train/`, then those of `test/`, each *.json or *.json.gz by file
/// name; or, where neither folder exists, those of the folder itself. A file is itself. What else looks like
/// a shard is listed as passed over; docs/data.md says what does. Throws Error(input) where there is nothing
/// to read.
DataFiles shard_files(const std::filesystem::path& path);

/// Throws Error(input) naming the first of them.
void refuse_passed_over(const std::vector<PassedOver>& passed_over);

/// Their names below `folder`.
std::vector<std::string> names_of(const std::vector<PassedOver>& passed_over,
                                  const std::filesystem::path& folder);

/// What of a data set at `path` is passed over, for whoever looks at the result: the names of `files`,
/// refused unless `allowed`, and those that its maker had left out before, one a line.
std::vector<std::string> names_passed_over(const DataFiles& files, const std::filesystem::path& path,
                                           bool allowed, const std::string& before);

/// One name a line, as files keep them.
std::string in_lines(const std::vector<std::string>& names);

/// "a.json.bz2, b.JSON": the first ones, and how many more there are.
std::string passed_over_list(const std::vector<std::string>& names);

}  // namespace fedmeta::data
