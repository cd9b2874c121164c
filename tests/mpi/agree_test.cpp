#include <gtest/gtest.h>

#include <new>

#include "comm/communicator.hpp"
#include "mpi/world.hpp"

namespace fedmeta::comm {
namespace {

using test::world;

/// The error that `agree` throws on this rank; none fails the test.
AgreedError agreed(const std::function<void()>& work) {
  try {
    agree(world(), work);
  } catch (const AgreedError& error) {
    return error;
  }
  ADD_FAILURE() << "no AgreedError";
  return AgreedError(Error(Status::ok, ""));
}

[[noreturn]] void fail(Status status) {
  throw Error(status, "rank " + std::to_string(world().rank()) + " failed", "file f", "mend it");
}

TEST(Agree, WithoutErrorGoesOn) {
  int calls = 0;
  agree(world(), [&] { ++calls; });
  EXPECT_EQ(calls, 1);
}

TEST(Agree, OneRanksErrorBecomesEveryones) {
  for (int failing = 0; failing < world().size(); ++failing) {
    const auto error = agreed([&] {
      if (world().rank() == failing) fail(Status::input);
    });
    EXPECT_EQ(error.status(), Status::input);
    EXPECT_EQ(error.what(), "rank " + std::to_string(failing) + " failed (file f): mend it");
  }
}

TEST(Agree, TheLowestRankWins) {
  const auto error = agreed([] { fail(world().root() ? Status::own_file : Status::usage); });
  EXPECT_EQ(error.status(), Status::own_file);
  EXPECT_EQ(error.what(), std::string("rank 0 failed (file f): mend it"));
  if (world().size() < 3) return;
  const auto second = agreed([] {
    if (world().rank() > 0) fail(world().rank() == 1 ? Status::system : Status::usage);
  });
  EXPECT_EQ(second.status(), Status::system);
  EXPECT_EQ(second.what(), std::string("rank 1 failed (file f): mend it"));
}

TEST(Agree, WantOfMemoryIsAnErrorOfTheSystem) {
  const auto error = agreed([] {
    if (world().rank() == world().size() - 1) throw std::bad_alloc();
  });
  EXPECT_EQ(error.status(), Status::system);
  EXPECT_NE(std::string(error.what()).find("out of memory"), std::string::npos) << error.what();
}

TEST(Agree, WithinAgreeTheErrorStaysTheSame) {
  const auto error = agreed([] {
    agree(world(), [] {
      if (world().root()) fail(Status::input);
    });
  });
  EXPECT_EQ(error.status(), Status::input);
  EXPECT_EQ(error.what(), std::string("rank 0 failed (file f): mend it"));
}

TEST(Agree, AfterAnErrorAllGoOn) {
  agreed([] {
    if (world().rank() == world().size() - 1) fail(Status::input);
  });
  EXPECT_EQ(world().all_max(world().rank()), world().size() - 1);
  int calls = 0;
  agree(world(), [&] { ++calls; });
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace fedmeta::comm
