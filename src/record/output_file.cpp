#include "record/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/file_advice.hpp"

namespace fedmeta::record {
namespace {

namespace fs = std::filesystem;

/// `reason` is an errno.
[[noreturn]] void fail(const std::string& what, const fs::path& path, int reason,
                       const std::string& option = "--output") {
  throw Error(Status::own_file, what + ": " + std::generic_category().message(reason), path.string(),
              advice_on_writing(reason, option));
}

/// Checks that a file can be created beside `path`, so that a run fails before hours of work rather than
/// after.
void try_place(const fs::path& path, const std::string& option) {
  make_parent_folder(path, option);
  const fs::path part = part_of(path);
  std::error_code ignored;
  const bool was_there = fs::exists(part, ignored);
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) fail("cannot write file", part, errno);
  ::close(file);
  if (!was_there) fs::remove(part);
}

/// Syncs the file to disk. Network file systems may report a full disk only here.
void synchronise(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool written = file >= 0 && ::fsync(file) == 0;
  const int reason = errno;
  if (file >= 0) ::close(file);
  if (!written) fail("cannot write file", path, reason);
}

}  // namespace

void make_parent_folder(const fs::path& path, const std::string& option) {
  const auto folder = path.parent_path();
  std::error_code error;
  if (!folder.empty()) fs::create_directories(folder, error);
  if (error) fail("cannot make the output folder", folder, error.value(), option);
}

fs::path part_of(const fs::path& path) {
  return path.string() + ".part";
}

void check_output(const fs::path& path, bool force, const std::string& option) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::exists(status) && !fs::is_regular_file(status))
    throw Error(Status::own_file, "output is not a regular file", path.string(), "choose another " + option);
  if (fs::exists(status) && !force)
    throw Error(Status::usage, "output exists", option + " " + path.string(),
                "add --force to overwrite it, or choose another " + option);
  try_place(path, option);
}

void publish(const fs::path& path, bool force) {
  const auto part = part_of(path);
  synchronise(part);
  std::error_code error;
  if (!force && !fs::is_directory(part, error)) {
    // A second name is never given over a file that exists, unlike another name.
    if (::link(part.c_str(), path.c_str()) == 0) {
      fs::remove(part, error);
      return;
    }
    if (errno == EEXIST)
      throw Error(Status::own_file, "a file of this name has appeared since the start", path.string(),
                  "give one of the two another name: this output is complete in " + part.string());
  }  // else a folder, or a file system without second names
  fs::rename(part, path, error);
  if (error) fail("cannot give the file its name", path, error.value());
}

OpenPart::OpenPart(fs::path part, int descriptor) : part_(std::move(part)) {
  struct stat status = {};
  if (::fstat(descriptor, &status) != 0) fail("cannot write file", part_, errno);
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

void OpenPart::check() const {
  struct stat status = {};
  if (::stat(part_.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_) return;
  throw Error(Status::own_file, "the file was moved, deleted or replaced while it was written",
              part_.string(),
              "leave it in its place until it is complete; go on from the checkpoint, if there is one, with "
              "--resume");
}

}  // namespace fedmeta::record
