#include "base/input_file.hpp"

#include <system_error>

namespace fedmeta {
namespace {

namespace fs = std::filesystem;

const char* kind_of(fs::file_type type) {
  switch (type) {
    case fs::file_type::directory:
      return "a folder";
    case fs::file_type::fifo:
      return "a pipe";
    case fs::file_type::character:
    case fs::file_type::block:
      return "a device";
    case fs::file_type::socket:
      return "a socket";
    default:
      return "something else";
  }
}

}  // namespace

void check_regular_file(const fs::path& path, Status status, const std::string& remedy) {
  std::error_code error;
  const fs::file_type type = fs::status(path, error).type();
  if (type == fs::file_type::regular) return;
  if (type == fs::file_type::not_found) throw Error(status, "no such file", path.string(), remedy);
  if (type == fs::file_type::none)
    throw Error(status, "cannot read the file: " + error.message(), path.string(), remedy);
  throw Error(status, std::string("not a regular file but ") + kind_of(type), path.string(), remedy);
}

void check_working_folder() {
  std::error_code error;
  if (fs::current_path(error).empty())
    throw Error(Status::usage, "the working folder is gone: " + error.message(), "working folder",
                "change to a folder that exists, and start again");
}

}  // namespace fedmeta
