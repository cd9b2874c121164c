// LEAF's sampling by users.
#include "data/divide/user_sampling.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "data/expect_error.hpp"

namespace fedmeta::data {
namespace {

TEST(UserSampling, KeepsTheShareFromWholeUsersButOne) {
  const std::vector<std::string> ids = {"a", "b", "c", "d", "e", "f"};
  const std::vector<std::int64_t> samples = {10, 20, 30, 40, 50, 1};
  for (const double share : {0.05, 0.3, 0.77, 1.0}) {
    const auto kept = sample_users(ids, samples, share, 42);
    EXPECT_EQ(std::accumulate(kept.begin(), kept.end(), std::int64_t{0}), std::int64_t(share * 151));
    int parts = 0;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      EXPECT_LE(kept[i], samples[i]);
      parts += kept[i] != 0 && kept[i] != samples[i];
    }
    EXPECT_LE(parts, 1);
  }
  EXPECT_NE(sample_users(ids, samples, 0.3, 42), sample_users(ids, samples, 0.3, 43));
}

TEST(UserSampling, RefusesOtherShares) {
  for (const double share : {0.0, -1.0, 1.5})
    test::expect_error(Status::usage, [&] { sample_users({}, {}, share, 1); }, {"--sample-share"});
}

}  // namespace
}  // namespace fedmeta::data
