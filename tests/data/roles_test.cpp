// Role shares that sources fix: the production task's 7,000 of 9,369, and the first users by id.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "data/divide/division.hpp"

namespace fedmeta::data {
namespace {

std::int64_t count(const std::vector<Role>& roles, Role role) {
  return std::count(roles.begin(), roles.end(), role);
}

/// Written down from the program as it was when LEAF's split was the only one.
TEST(Roles, TheDefaultSplitStaysWhatItWas) {
  std::string drawn;
  for (const Role role : split_clients(30, 42)) drawn += std::to_string(static_cast<int>(role));
  EXPECT_EQ(drawn, "020000010100002200000000000001");
}

TEST(Roles, DefaultCountsAreWholeNumbersOfTenths) {
  for (std::size_t n : {9369UL, 19700UL, 99999UL, 100000UL}) {
    const auto roles = split_clients(n, 1);
    EXPECT_EQ(count(roles, Role::train), std::int64_t(8 * n / 10)) << n;
    EXPECT_EQ(count(roles, Role::validation), std::int64_t(n / 10)) << n;
  }
}

TEST(Roles, ProductionTrainsOn7000Of9369) {
  const auto roles = split_clients(9369, 42, {.train = 7000.0 / 9369, .validation = 0});
  EXPECT_EQ(count(roles, Role::train), 7000);
  EXPECT_EQ(count(roles, Role::validation), 0);
  EXPECT_EQ(count(roles, Role::test), 2369);
  EXPECT_FALSE(std::is_sorted(roles.begin(), roles.end()));
}

TEST(Roles, SortedTakesTheFirstUsersById) {
  const auto roles = split_clients(3400, 42, {.train = 2500.0 / 3400, .validation = 0.1, .sorted = true});
  EXPECT_EQ(count(roles, Role::train), 2500);
  EXPECT_EQ(count(roles, Role::validation), 340);
  EXPECT_TRUE(std::is_sorted(roles.begin(), roles.end()));
  EXPECT_EQ(roles, split_clients(3400, 43, {.train = 2500.0 / 3400, .validation = 0.1, .sorted = true}));
}

TEST(Roles, RefusesSharesThatLeaveARoleEmpty) {
  const auto status = [](std::size_t clients, const Roles& shares) {
    try {
      split_clients(clients, 1, shares);
    } catch (const Error& error) {
      return error.status();
    }
    return Status::ok;
  };
  EXPECT_EQ(status(10, {.train = 1, .validation = 0}), Status::usage);
  EXPECT_EQ(status(10, {.train = 0.9, .validation = 0.1}), Status::usage);
  EXPECT_EQ(status(10, {.train = 0, .validation = 0.1}), Status::usage);
  EXPECT_EQ(status(10, {.train = 0.5, .validation = -0.1}), Status::usage);
  EXPECT_EQ(status(10, {.train = std::nan(""), .validation = 0.1}), Status::usage);
  EXPECT_EQ(status(4, {.train = 0.2, .validation = 0}), Status::input);  // nobody to train
  EXPECT_EQ(status(5, {.train = 0.2, .validation = 0}), Status::ok);
}

}  // namespace
}  // namespace fedmeta::data
