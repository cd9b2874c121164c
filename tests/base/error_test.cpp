#include "base/error.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <new>

#include "base/file_advice.hpp"
#include "base/warning.hpp"

namespace fedmeta {
namespace {

TEST(Error, IsOneLineWithAStatus) {
  const Error error(Status::input, "no such folder", "data/femnist", "give --data an existing path");
  EXPECT_STREQ(error.what(), "no such folder (data/femnist): give --data an existing path");
  EXPECT_EQ(error.status(), Status::input);
}

TEST(Error, StatusesAreThoseOfTheManual) {
  const Status all[] = {Status::ok,       Status::invalid, Status::usage,      Status::input,
                        Status::own_file, Status::system,  Status::interrupted};
  const int expected[] = {0, 1, 2, 3, 4, 5, 75};
  for (int i = 0; i < 7; ++i) EXPECT_EQ(static_cast<int>(all[i]), expected[i]);
}

TEST(Error, IsPrintedAsOneLineWhateverTheNamesInIt) {
  testing::internal::CaptureStderr();
  const int status =
      report_error("program", Error(Status::input, "no user \x1b[2J", "a\nb.json, user \xff", "look"));
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "program: error: no user \\x1b[2J (a\\nb.json, user \\xff): look\n");
  EXPECT_EQ(status, 3);
}

TEST(Warning, IsPrintedLikeAnError) {
  testing::internal::CaptureStderr();
  report_warning("program", "no pictures\n", "out", "install gnuplot");
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "program: warning: no pictures\\n (out): install gnuplot\n");
}

template <class Exception>
Error seen_as(const Exception& thrown) {
  try {
    throw thrown;
  } catch (...) {
    return current_error();
  }
}

void expect_says(const Error& error, Status status, const std::string& words) {
  EXPECT_EQ(error.status(), status) << error.what();
  EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
}

// As libtorch words them; tests/programs/memory_test.cpp has it say the first.
TEST(CurrentError, NamesMemoryAsTheCause) {
  expect_says(seen_as(std::bad_alloc()), Status::system, "out of memory (");
  expect_says(seen_as(std::runtime_error("[enforce fail at alloc_cpu.cpp:128] data. DefaultCPUAllocator: not "
                                         "enough memory: can't allocate memory: you tried to allocate "
                                         "12345 bytes. Error code 12 (Cannot allocate memory)\nframe #0")),
              Status::system, "out of memory for 12345 bytes (");
  expect_says(seen_as(std::runtime_error("CUDA error: out of memory\nCUDA kernel errors ...")),
              Status::system, "fewer ranks for each GPU");
  expect_says(
      seen_as(
          std::runtime_error("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity "
                             "of 79.10 GiB of which 1.06 GiB is free. Including non-PyTorch memory, ...")),
      Status::system,
      "the GPU is out of memory: 2.00 GiB were asked for, 1.06 GiB are free (--device cuda): use fewer");
}

TEST(CurrentError, NamesTheGpuAsTheCause) {
  expect_says(seen_as(std::runtime_error("CUDA error: no kernel image is available\nCUDA kernel errors ...")),
              Status::system, "check the driver");
}

TEST(CurrentError, NamesThePathAsTheCause) {
  const std::filesystem::filesystem_error error("cannot get status", "some/where",
                                                std::error_code(ENAMETOOLONG, std::generic_category()));
  expect_says(seen_as(error), Status::own_file, "File name too long (some/where): check the path");
}

TEST(CurrentError, AsksForAReportOfTheRest) {
  expect_says(seen_as(std::logic_error("the impossible\nframe #0")), Status::system,
              "the impossible (unexpected): please report");
}

TEST(FileAdvice, FollowsTheReason) {
  const auto has = [](int reason, const std::string& words) {
    const auto advice = advice_on_writing(reason, "--output");
    EXPECT_NE(advice.find(words), std::string::npos) << advice;
  };
  has(ENOSPC, "free space");
  has(EDQUOT, "quota");
  has(EACCES, "permission");
  has(EROFS, "can only be read");
  has(ENAMETOOLONG, "shorter name");
  has(EMFILE, "ulimit -n");
  has(EFBIG, "ulimit -f");
  has(ENOLCK, "HDF5_USE_FILE_LOCKING=FALSE");
  has(EOPNOTSUPP, "HDF5_USE_FILE_LOCKING=FALSE");
  has(EAGAIN, "wait for the program");
  EXPECT_EQ(advice_on_reading(EACCES), "ask for the permission to read it");
  EXPECT_EQ(advice_on_reading(0), "");
}

}  // namespace
}  // namespace fedmeta
