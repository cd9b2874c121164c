// One program at a time writes an output, whether the file system has locks or not.
#include "record/output_lock.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/error.hpp"
#include "record/synthetic_results.hpp"

namespace {

int lock_fails_with = 0;  // an errno; 0 = it is the system's

}  // namespace

// In place of the C library's: file systems without locks differ in what they say.
extern "C" int flock(int descriptor, int operation) noexcept {
  if (lock_fails_with == 0) return static_cast<int>(syscall(SYS_flock, descriptor, operation));
  errno = lock_fails_with;
  return -1;
}

namespace fedmeta::record {
namespace {

namespace fs = std::filesystem;

constexpr int not_supported_by_nfs = 524;  // the kernel's ENOTSUPP, which <cerrno> does not have

class Lock : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { lock_fails_with = GetParam(); }
  void TearDown() override { lock_fails_with = 0; }

  /// What is said where the output cannot be held; "" where it can.
  std::string refusal() const {
    try {
      const OutputLock lock(output_);
      return "";
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::own_file);
      return error.what();
    }
  }
  void write_owner(const std::string& line) const { std::ofstream(lock_) << line << '\n'; }

  /// Starts a process that holds the output until it is killed.
  pid_t start_holder() const {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe(ends.data()), 0);
    const pid_t child = fork();
    if (child == 0) {
      const OutputLock lock(output_);
      char ready = 1;
      if (::write(ends[1], &ready, 1) == 1) pause();
      _exit(0);
    }
    char ready = 0;
    EXPECT_EQ(::read(ends[0], &ready, 1), 1);
    close(ends[0]);
    close(ends[1]);
    return child;
  }
  void end(pid_t child) const {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }

  Folder folder_;
  fs::path output_ = folder_.path() / "new" / "a.h5", lock_ = output_.string() + ".lock";
};

INSTANTIATE_TEST_SUITE_P(FileSystems, Lock, testing::Values(0, ENOLCK, ENOSYS, EIO, not_supported_by_nfs),
                         [](const auto& info) {
                           return info.param == 0 ? "WithLocks" : "WithError" + std::to_string(info.param);
                         });

TEST_P(Lock, IsHeldByOneAndLeavesNothing) {
  {
    const OutputLock lock(output_);
    EXPECT_NE(refusal().find("process " + std::to_string(getpid())), std::string::npos) << refusal();
    EXPECT_TRUE(fs::exists(lock_));
  }
  EXPECT_FALSE(fs::exists(lock_));
  EXPECT_EQ(refusal(), "");
}

TEST_P(Lock, OfAnotherProcessEndsWithIt) {
  const pid_t child = start_holder();
  EXPECT_NE(refusal().find("process " + std::to_string(child)), std::string::npos) << refusal();
  end(child);
  EXPECT_TRUE(fs::exists(lock_)) << "it was killed";
  EXPECT_EQ(refusal(), "");
  EXPECT_FALSE(fs::exists(lock_));
}

TEST_P(Lock, MovesOn) {
  std::optional<OutputLock> first(std::in_place, output_);
  OutputLock second = std::move(*first);
  first.reset();
  EXPECT_NE(refusal(), "");
  second = OutputLock();
  EXPECT_EQ(refusal(), "");
}

/// Only where the system tells nothing.
TEST_P(Lock, OfAnotherHostIsKeptUnlessItWasThisJob) {
  if (GetParam() == 0) GTEST_SKIP() << "the system tells";
  fs::create_directories(output_.parent_path());
  write_owner("elsewhere 17 1234 77");
  EXPECT_NE(refusal().find("process 17 on elsewhere"), std::string::npos) << refusal();
  EXPECT_NE(refusal().find("delete this file"), std::string::npos) << refusal();
  setenv("SLURM_JOB_ID", "77", 1);
  EXPECT_EQ(refusal(), "");
  unsetenv("SLURM_JOB_ID");
}

TEST(Locks, SayWhyTheyCannotBeMade) {
  try {
    const OutputLock lock("/proc/a.h5");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::own_file);
    EXPECT_NE(std::string(error.what()).find("/proc/a.h5.lock"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace fedmeta::record
