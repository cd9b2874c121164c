// What goes wrong while a damaged file is read is an error of that file.
#include "record/guarded_reading.hpp"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

#include "record/h5.hpp"
#include "record/old_form.hpp"
#include "record/results_reader.hpp"
#include "record/results_writer.hpp"
#include "record/synthetic_results.hpp"

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

#ifndef FEDMETA_ADDRESS_SANITIZER
TEST(GuardedReading, LimitsMemory) {
  const auto error = error_of([] { std::vector<char>(std::size_t{1} << 30, 'x'); });
  EXPECT_NE(error.find("memory"), std::string::npos) << error;
}
#endif

/// The library trusts sizes and places in the heap of texts that earlier versions have. Some of these files
/// crash it, some keep it busy for ever.
TEST(GuardedReading, SurvivesTheHeapOfEarlierVersions) {
  const Folder folder;
  const auto path = folder.path() / "a.h5";
  Results results = head();
  results.runs = {run("maml", 1, std::array{0.5, 0.9}, .75, 10, 8)};
  write(path, results);
  rewrite_in_old_form(path, "schema_version", 2);
  std::ifstream file(path, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(file), {}};
  const auto heap = whole.find("GCOL");
  ASSERT_NE(heap, std::string::npos);
  for (const std::size_t at : {8, 14, 16, 24, 29, 31}) {  // sizes of the heap and of its first text, a number
    auto damaged = whole;
    damaged[heap + at] ^= '\x7f';
    std::ofstream(path, std::ios::binary) << damaged;
    try {
      // Where nobody looks, it does no harm.
      try_in_child(path, Status::own_file, small, [&] { read_results(path); });
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::own_file) << error.what();
    }
  }
}

/// Names lie in indices of their own. What cannot be looked up is not taken for absent: many columns may be,
/// and a report would show other numbers.
TEST(GuardedReading, TellsADamagedIndexFromAnAbsentName) {
  const Folder folder;
  const auto path = folder.path() / "a.h5";
  {
    h5::Node file = h5::create_file(path);
    for (int i = 0; i < 20; ++i) {
      h5::create_group(file, "name " + std::to_string(i));
      h5::set_attribute(file, "name " + std::to_string(i), std::int32_t{i});
    }
    h5::close_file(file);
  }
  std::ifstream stream(path, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(stream), {}};
  int failed = 0;
  for (auto leaf = whole.find("BTLF"); leaf != std::string::npos; leaf = whole.find("BTLF", leaf + 4)) {
    auto damaged = whole;
    damaged[leaf + 8] ^= '\x01';
    std::ofstream(path, std::ios::binary) << damaged;
    const h5::Node file = h5::open_file(path);
    try {  // an index by age is not looked into
      EXPECT_TRUE(h5::exists(file, "name 7")) << "block at " << leaf;
      EXPECT_TRUE(h5::has_attribute(file, "name 7")) << "block at " << leaf;
    } catch (const Error& error) {
      ++failed;
      EXPECT_EQ(error.status(), Status::own_file) << error.what();
    }
  }
  EXPECT_EQ(failed, 2);
}

TEST(GuardedReading, LimitsGrowWithTheFile) {
  EXPECT_EQ(reading_limits("/nowhere").bytes, std::uint64_t{1} << 30);
  EXPECT_EQ(reading_limits("/nowhere").seconds, 20U);
}

}  // namespace
}  // namespace fedmeta::record
