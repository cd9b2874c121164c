#include "report/files.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "base/error.hpp"

namespace fedmeta::report {
namespace {

[[noreturn]] void fail(const std::string& what, const std::filesystem::path& path, const std::string& why) {
  throw Error(Status::own_file, what + ": " + why, path.string(),
              "check free space and permissions, or choose another --out");
}

}  // namespace

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::error_code ignored;
  const auto there = std::filesystem::status(path, ignored);
  if (std::filesystem::exists(there) && !std::filesystem::is_regular_file(there))
    fail("cannot write", path,
         "there is something that is not a regular file");  // a pipe would be waited for
  errno = 0;
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return;
  const std::string why = errno ? std::strerror(errno) : "unknown reason";
  if (std::filesystem::is_regular_file(path, ignored)) std::filesystem::remove(path, ignored);
  fail("cannot write", path, why);
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) fail("cannot read", path, "unknown reason");
  return text.str();
}

void make_folder(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error && !std::filesystem::is_directory(path))
    error = std::make_error_code(std::errc::not_a_directory);
  if (error) fail("cannot make folder", path, error.message());
}

}  // namespace fedmeta::report
