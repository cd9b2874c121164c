#include "report/output/files.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "base/error.hpp"
#include "base/file_advice.hpp"

namespace fedmeta::report {
namespace {

/// Throws Error(own_file). `reason` is an errno, or 0 if unknown.
[[noreturn]] void fail(const std::string& what, const std::filesystem::path& path, const std::string& why,
                       int reason = 0) {
  throw Error(Status::own_file, what + ": " + why, path.string(), advice_on_writing(reason, "--out"));
}

}  // namespace

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::error_code ignored;
  const auto there = std::filesystem::status(path, ignored);
  if (std::filesystem::exists(there) && !std::filesystem::is_regular_file(there))
    fail("cannot write", path,
         "there is something that is not a regular file");  // opening a pipe would block
  errno = 0;
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return;
  const int reason = errno;
  const std::string why = reason != 0 ? std::strerror(reason) : "unknown reason";
  if (std::filesystem::is_regular_file(path, ignored)) std::filesystem::remove(path, ignored);
  fail("cannot write", path, why, reason);
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
  if (error) fail("cannot make folder", path, error.message(), error.value());
}

}  // namespace fedmeta::report
