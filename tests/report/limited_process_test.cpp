#include "report/output/limited_process.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "record/synthetic_results.hpp"

namespace fedmeta::report {
namespace {

using std::chrono::seconds;

TEST(LimitedProcess, TellsHowItEnded) {
  const record::Folder folder;
  EXPECT_EQ(run_limited({"sh", "-c", "echo here > file"}, folder.path(), seconds(60)), Ended::well);
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "file"));
  EXPECT_EQ(run_limited({"sh", "-c", "exit 3"}, folder.path(), seconds(60)), Ended::badly);
  EXPECT_EQ(run_limited({"sh", "-c", "kill -9 $$"}, folder.path(), seconds(60)), Ended::badly);
  EXPECT_EQ(run_limited({"no-such-program"}, folder.path(), seconds(60)), Ended::not_installed);
}

/// `cat` would wait for a terminal, and speak to it.
TEST(LimitedProcess, ReadsAndPrintsNothing) {
  const record::Folder folder;
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_limited({"sh", "-c", "cat; echo a; echo b >&2"}, folder.path(), seconds(60)), Ended::well);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(LimitedProcess, IsKilledWithWhatItStarted) {
  const record::Folder folder;
  const std::string hang = "trap '' TERM; sleep 300 & echo $! > child; wait";
  EXPECT_EQ(run_limited({"sh", "-c", hang}, folder.path(), std::chrono::milliseconds(500)), Ended::too_late);
  pid_t child = 0;
  std::ifstream(folder.path() / "child") >> child;
  ASSERT_GT(child, 0);
  bool runs = true;
  for (int i = 0; runs && i < 1000; ++i) {  // it takes a moment to die
    std::string state;                      // none: gone; Z: nobody has collected it yet
    std::ifstream stat("/proc/" + std::to_string(child) + "/stat");
    stat >> state >> state >> state;
    runs = !state.empty() && state != "Z" && state != "X";
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_FALSE(runs);
}

}  // namespace
}  // namespace fedmeta::report
