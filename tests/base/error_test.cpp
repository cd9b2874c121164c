#include "base/error.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace fedmeta
