#include "comm/fixed_point.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "base/error.hpp"
#include "base/random.hpp"

namespace fedmeta::comm {
namespace {

using Sum = std::vector<std::int64_t>;

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

struct Term {
  std::vector<float> values;
  double weight;
};

/// Directions of widely differing magnitudes, like those of clients with steep and flat losses.
std::vector<Term> random_terms(std::size_t count, std::size_t length) {
  Random random(7, "fixed point test");
  std::vector<Term> terms(count);
  double total = 0;
  for (auto& term : terms) {
    const double magnitude = std::exp2(random.uniform(-12, 3));
    for (std::size_t i = 0; i < length; ++i)
      term.values.push_back(static_cast<float>(magnitude * random.normal()));
    total += term.weight = random.uniform(0.1, 1);
  }
  for (auto& term : terms) term.weight /= total;
  return terms;
}

int exponent_of(const std::vector<Term>& terms) {
  int exponent = std::numeric_limits<int>::min();
  for (const auto& term : terms) exponent = std::max(exponent, magnitude_exponent(term.values));
  return exponent;
}

Sum add_up(const FixedPoint& fixed, const std::vector<Term>& terms, const std::vector<std::size_t>& which) {
  Sum sum(terms.front().values.size(), 0);
  for (const auto index : which) EXPECT_EQ(fixed.add(terms[index].values, terms[index].weight, sum), 0);
  return sum;
}

std::vector<std::size_t> indices(std::size_t begin, std::size_t end) {
  std::vector<std::size_t> all(end - begin);
  std::iota(all.begin(), all.end(), begin);
  return all;
}

TEST(MagnitudeExponent, IsTheSmallestPowerOfTwoAbove) {
  const auto of = [](std::initializer_list<float> values) {
    return magnitude_exponent(std::vector<float>(values));
  };
  EXPECT_EQ(of({1.0F}), 1);
  EXPECT_EQ(of({0.999F}), 0);
  EXPECT_EQ(of({-1.0F, 0.25F}), 1);
  EXPECT_EQ(of({0.1F, -7.5F, 3.0F}), 3);
  EXPECT_EQ(of({8.0F}), 4);
  EXPECT_EQ(of({std::numeric_limits<float>::max()}), 128);
}

TEST(MagnitudeExponent, OfDenormalsZerosAndNothing) {
  const float smallest = std::numeric_limits<float>::denorm_min();  // 2^-149
  EXPECT_EQ(magnitude_exponent(std::vector<float>{smallest}), -148);
  EXPECT_EQ(magnitude_exponent(std::vector<float>{-3 * smallest}), -147);
  EXPECT_LT(magnitude_exponent(std::vector<float>{0.0F, -0.0F}), -148);
  EXPECT_LT(magnitude_exponent({}), -148);
}

TEST(MagnitudeExponent, OfInfinityAndNanIsBeyondAllNumbers) {
  for (const float bad : {infinity, -infinity, not_a_number, -not_a_number})
    EXPECT_GT(magnitude_exponent(std::vector<float>{1.0F, bad, 2.0F}), 128) << bad;
}

TEST(FixedPoint, AnyOrderGivesTheSameBits) {
  const auto terms = random_terms(37, 200);
  const FixedPoint fixed(exponent_of(terms), 37);
  auto order = indices(0, terms.size());
  const auto sum = add_up(fixed, terms, order);
  Random random(3, "order");
  for (int trial = 0; trial < 20; ++trial) {
    shuffle(order, random);
    EXPECT_EQ(add_up(fixed, terms, order), sum);
  }
}

TEST(FixedPoint, AnyGroupingGivesTheSameBits) {
  const auto terms = random_terms(37, 200);
  const FixedPoint fixed(exponent_of(terms), 37);
  const auto whole = add_up(fixed, terms, indices(0, terms.size()));
  for (std::size_t groups = 2; groups <= terms.size(); ++groups) {
    Sum sum(whole.size(), 0);
    for (std::size_t g = 0; g < groups; ++g) {
      const auto part =
          add_up(fixed, terms, indices(g * terms.size() / groups, (g + 1) * terms.size() / groups));
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += part[i];
    }
    EXPECT_EQ(sum, whole) << groups << " groups";
  }
}

// Of the weighted mean's error, one half unit of 2^(exponent - 50) is each term's; restoring rounds to fp32.
TEST(FixedPoint, AgreesWithLongDoubleSums) {
  const auto terms = random_terms(100, 500);
  const int exponent = exponent_of(terms);
  const FixedPoint fixed(exponent, 100);
  std::vector<float> mean(500);
  fixed.restore(add_up(fixed, terms, indices(0, terms.size())), mean);
  for (std::size_t i = 0; i < mean.size(); ++i) {
    long double exact = 0;
    for (const auto& term : terms)
      exact += static_cast<long double>(term.values[i]) * static_cast<long double>(term.weight);
    const auto rounding =
        std::abs(exact) * 0x1p-24L + 100 * std::exp2(static_cast<long double>(exponent - 50));
    EXPECT_LE(std::abs(exact - static_cast<long double>(mean[i])), rounding) << "element " << i;
  }
}

TEST(FixedPoint, KeepsOneTermExactly) {
  const std::vector<float> values{1.0F, -0.333333343F, 1e-3F, 0.0F, -65504.0F};
  const FixedPoint fixed(magnitude_exponent(values), 1);
  Sum sum(values.size(), 0);
  ASSERT_EQ(fixed.add(values, 1.0, sum), 0);
  std::vector<float> restored(values.size());
  fixed.restore(sum, restored);
  EXPECT_EQ(restored, values);
}

TEST(FixedPoint, HoldsZerosAndDenormals) {
  const float smallest = std::numeric_limits<float>::denorm_min();
  for (const auto& values : {std::vector<float>{0, 0}, std::vector<float>{smallest, -5 * smallest}}) {
    const FixedPoint fixed(magnitude_exponent(values), 2);
    Sum sum(2, 0);
    EXPECT_EQ(fixed.add(values, 1.0, sum), 0);
    std::vector<float> restored(2, 99.0F);
    fixed.restore(sum, restored);
    EXPECT_EQ(restored, values);
  }
}

TEST(FixedPoint, SaysHowManyTermsDoNotFit) {
  const std::vector<float> values{1.5F, -100.0F, 0.5F, 1e30F, -0.1F};
  Sum sum(values.size(), 0);
  EXPECT_EQ(FixedPoint(0, 1).add(values, 1.0, sum), 3);  // for magnitudes below 1
  EXPECT_EQ(FixedPoint(7, 1).add(values, 1.0, sum), 1);
  EXPECT_EQ(FixedPoint(100, 1).add(values, 1.0, sum), 0);
}

TEST(FixedPoint, NothingFitsThatIsNoNumber) {
  const std::vector<float> values{infinity, 1.0F, not_a_number, -infinity};
  const FixedPoint fixed(magnitude_exponent(values), 64);
  Sum sum(values.size(), 0);
  // Often enough for the bits of a NaN, were they added, to overflow.
  for (int term = 0; term < 64; ++term) EXPECT_EQ(fixed.add(values, 1.0 / 64, sum), 3);
  EXPECT_EQ(sum[0], 0);
  EXPECT_EQ(sum[2], 0);
  EXPECT_EQ(sum[3], 0);
}

TEST(FixedPoint, TheMostTermsOfTheLargestMagnitudeDoNotOverflow) {
  constexpr int most = 4096;
  for (const float largest : {std::nextafter(1.0F, 0.0F), std::numeric_limits<float>::max()}) {
    const std::vector<float> values{largest, -largest};
    const FixedPoint fixed(magnitude_exponent(values), most);
    Sum sum(2, 0);
    for (int term = 0; term < most; ++term) ASSERT_EQ(fixed.add(values, 1.0, sum), 0);
    EXPECT_GT(sum[0], 0);
    EXPECT_EQ(sum[1], -sum[0]);
    std::vector<float> restored(2);
    fixed.restore(sum, restored);
    const float expected = largest < 2 ? largest * most : infinity;
    EXPECT_EQ(restored, (std::vector<float>{expected, -expected}));
  }
}

TEST(FixedPoint, MoreTermsAreRefused) {
  EXPECT_NO_THROW(FixedPoint(0, 4096));
  try {
    FixedPoint(0, 4097);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::usage);
    EXPECT_NE(std::string(error.what()).find("4097"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace fedmeta::comm
