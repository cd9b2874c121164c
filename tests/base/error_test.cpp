#include "base/error.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace fedmeta
