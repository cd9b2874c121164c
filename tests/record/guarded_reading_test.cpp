// What goes wrong while a damaged file is read is an error of that file.
#include "record/guarded_reading.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <thread>

namespace fedmeta::record {
namespace {

constexpr ReadingLimits small{std::uint64_t{256} << 20, 1};

std::string error_of(const std::function<void()>& read, Status status = Status::input) {
  try {
    try_in_child("a.h5", status, small, read);
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), status);
    return error.what();
  }
  return "";
}

TEST(GuardedReading, IsInvisibleWhereAllIsWell) {
  int touched = 0;
  EXPECT_EQ(error_of([&] { touched = 1; }), "");
  EXPECT_EQ(touched, 0);  // in the child alone
}

TEST(GuardedReading, PassesErrorsOn) {
  EXPECT_EQ(error_of([] { throw Error(Status::own_file, "a value is 7", "a.h5:/x", "take another"); }),
            "a value is 7 (a.h5:/x): take another");
}

TEST(GuardedReading, SurvivesCrashes) {
  for (const int how : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE}) {
    const auto error = error_of([how] { std::raise(how); }, Status::own_file);
    EXPECT_NE(error.find("the file is damaged"), std::string::npos) << how;
    EXPECT_NE(error.find("(a.h5)"), std::string::npos) << error;
  }
}

TEST(GuardedReading, EndsWhatHangs) {
  const auto error = error_of([] {
    for (;;) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  });
  EXPECT_NE(error.find("does not end"), std::string::npos) << error;
}

#ifndef __SANITIZE_ADDRESS__
TEST(GuardedReading, LimitsMemory) {
  const auto error = error_of([] { std::vector<char>(std::size_t{1} << 30, 'x'); });
  EXPECT_NE(error.find("memory"), std::string::npos) << error;
}
#endif

TEST(GuardedReading, LimitsGrowWithTheFile) {
  EXPECT_EQ(reading_limits("/nowhere").bytes, std::uint64_t{1} << 30);
  EXPECT_EQ(reading_limits("/nowhere").seconds, 20U);
}

}  // namespace
}  // namespace fedmeta::record
