#include "base/input_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "data/expect_error.hpp"
#include "data/temporary_folder.hpp"

namespace fedmeta {
namespace {

namespace fs = std::filesystem;
using test::expect_error;

class InputFile : public testing::Test {
 protected:
  void expect_refused(const fs::path& path, const std::string& part) const {
    expect_error(Status::input, [&] { check_regular_file(path, Status::input, "give a file"); }, {part});
  }

  test::TemporaryFolder folder_;
};

TEST_F(InputFile, IsARegularFileOrALinkToOne) {
  const auto file = folder_.write("a", "text");
  fs::create_symlink(file, folder_.path() / "link");
  check_regular_file(file, Status::input, "");
  check_regular_file(folder_.path() / "link", Status::input, "");
}

/// Opening the pipe would wait for a writer.
TEST_F(InputFile, IsNothingElse) {
  const auto pipe = folder_.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  fs::create_symlink(pipe, folder_.path() / "link");
  expect_refused(pipe, "not a regular file but a pipe");
  expect_refused(folder_.path() / "link", "a pipe");
  expect_refused("/dev/zero", "a device");
  expect_refused(folder_.path(), "a folder");
  expect_refused(folder_.path() / "none", "no such file");
  expect_refused(folder_.path() / std::string(300, 'x'), "File name too long");
}

TEST_F(InputFile, NeedsAWorkingFolderWherePathsAreRelative) {
  const fs::path before = fs::current_path();
  fs::create_directory(folder_.path() / "gone");
  fs::current_path(folder_.path() / "gone");
  check_working_folder();
  fs::remove(folder_.path() / "gone");
  expect_error(Status::usage, check_working_folder, {"the working folder is gone"});
  fs::current_path(before);
}

}  // namespace
}  // namespace fedmeta
