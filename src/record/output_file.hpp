// Output files that get their final name only when they are complete.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace fedmeta::record {

/// Creates missing parent directories and checks that `path` can be written. Throws Error(usage) if `path`
/// exists and `force` is not set, Error(own_file) if it is not a regular file or cannot be written. `option`
/// named the path.
void check_output(const std::filesystem::path& path, bool force, const std::string& option = "--output");

/// Creates missing parent directories. Throws Error(own_file); `option` named the path.
void make_parent_folder(const std::filesystem::path& path, const std::string& option = "--output");

/// Returns PATH.part, the file's name until it is complete.
std::filesystem::path part_of(const std::filesystem::path& path);

/// Syncs the finished part to disk and gives it its final name. Throws Error(own_file), too, if a file of
/// this name has appeared in the meantime and `force` is not set: the part then stays.
void publish(const std::filesystem::path& path, bool force);

/// Recognises the part that is being written.
class OpenPart {
 public:
  OpenPart() = default;
  /// `descriptor` is that of the open file.
  OpenPart(std::filesystem::path part, int descriptor);
  /// Throws Error(own_file) if the file has been moved, deleted or replaced.
  void check() const;

 private:
  std::filesystem::path part_;
  std::uint64_t device_ = 0, inode_ = 0;
};

}  // namespace fedmeta::record
