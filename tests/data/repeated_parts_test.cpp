// Parts of a user that repeat each other are found; single equal samples are let pass.
#include "data/leaf/repeated_parts.hpp"

#include <gtest/gtest.h>

#include "data/expect_error.hpp"
#include "data/sample_hash.hpp"
#include "data/sets/shakespeare.hpp"

namespace fedmeta::data {
namespace {

using Origins = std::vector<std::uint64_t>;

/// Adds parts of one user, from a.json, b.json, ...
void add(std::initializer_list<Origins> parts) {
  RepeatedParts repeated;
  char name = 'a';
  for (const auto& origins : parts)
    repeated.add({"u", Bytes{}, std::vector<std::int32_t>(origins.size()), origins},
                 std::string(1, name++) + ".json");
}

void expect_repeated(std::initializer_list<Origins> parts, const std::string& first,
                     const std::string& second) {
  test::expect_error(Status::input, [&] { add(parts); }, {first, second, "user u", "given twice"});
}

TEST(RepeatedParts, FindsEqualAndContainedParts) {
  expect_repeated({{1, 2, 3}, {1, 2, 3}}, "a.json", "b.json");
  expect_repeated({{1, 2, 3}, {3, 2, 1}}, "a.json", "b.json");
  expect_repeated({{1, 2}, {1, 2}}, "a.json", "b.json");
  expect_repeated({{1, 2, 3, 4, 5, 6, 7}, {4, 5, 6}}, "a.json", "b.json");
  expect_repeated({{4, 5, 6}, {1, 2, 3, 4, 5, 6, 7}}, "a.json", "b.json");
  expect_repeated({{1, 2, 3}, {4, 5, 6}, {7, 8}, {4, 5, 6}}, "b.json", "d.json");
}

/// A shard of another run has another random choice of a user's samples.
TEST(RepeatedParts, FindsPartsThatOverlapByHalf) {
  expect_repeated({{1, 2, 3, 4, 5, 6}, {4, 5, 6, 7, 8, 9}}, "a.json", "b.json");
  EXPECT_NO_THROW(add({{1, 2, 3, 4, 5, 6}, {5, 6, 7, 8, 9, 10}}));
}

TEST(RepeatedParts, LetsSingleEqualSamplesPass) {
  EXPECT_NO_THROW(add({{1, 2, 3}, {3}}));
  EXPECT_NO_THROW(add({{1}, {1}}));
  EXPECT_NO_THROW(add({{1, 2, 3, 4, 5, 6, 7}, {4, 5}}));
  EXPECT_NO_THROW(add({{1, 2, 2, 2}, {2, 2}}));  // one sample, however often
  EXPECT_NO_THROW(add({{}, {}, {1, 2}, {}}));
}

TEST(RepeatedParts, DoesNotJudgeWhoRepeatsHimself) {
  EXPECT_NO_THROW(add({{1, 2, 3, 4, 5, 1, 2, 3, 4, 5}, {1, 2, 3}}));
  EXPECT_NO_THROW(add({{1, 2, 3}, {1, 2, 3, 4, 5, 1, 2, 3, 4, 5}}));
}

TEST(RepeatedParts, KeepsUsersApart) {
  RepeatedParts repeated;
  repeated.add({"u", Bytes{}, {0, 0}, {1, 2}}, "a.json");
  EXPECT_NO_THROW(repeated.add({"v", Bytes{}, {0, 0}, {1, 2}}, "b.json"));
}

/// As many parts as would take hours if each were compared with all before it.
TEST(RepeatedParts, TakesManyPartsOfOneUser) {
  RepeatedParts repeated;
  for (std::uint64_t part = 0; part < 20'000; ++part) {
    Origins origins;
    for (std::uint64_t i = 0; i < 10; ++i) origins.push_back(10 * part + i);
    repeated.add({"u", Bytes{}, std::vector<std::int32_t>(10), origins}, std::to_string(part));
  }
}

/// The same of parts that share a sample, which each would be counted for all before it.
TEST(RepeatedParts, TakesManyPartsWithOneEqualSample) {
  RepeatedParts repeated;
  for (std::uint64_t part = 0; part < 100'000; ++part)
    repeated.add({"u", Bytes{}, {0, 0}, {0, part + 1}}, "a.json");
}

TEST(EqualQuerySamples, CountsThoseOfTheSupportSet) {
  EXPECT_EQ(equal_query_samples({"u", Bytes{1, 2, 3, 4, 1, 2, 1, 2, 5, 6}, {0, 0, 0, 1, 0}}, 2), 1);
  EXPECT_EQ(equal_query_samples({"u", Floats{0.5F, 0.25F, 0.5F, 0.5F}, {0, 0, 0, 0}}, 1), 2);
  EXPECT_EQ(equal_query_samples({"u", Indices{7, 8, 7, 8}, {1, 1}}, 1), 1);
  const std::string half = std::string(window_width, 'a') + "bc";
  const auto twice = speech_client("u", half + half);
  const auto distance = static_cast<std::int32_t>(half.size());
  EXPECT_EQ(equal_query_samples(twice, distance), 2);
}

}  // namespace
}  // namespace fedmeta::data
