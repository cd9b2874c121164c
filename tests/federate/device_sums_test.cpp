// Sums in tensor operations have the bits of those by comm::FixedPoint; here on the CPU, as on any device.
#include "federate/device_sums.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "base/random.hpp"

namespace fedmeta::federate {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

/// Of all magnitudes, among them halves of the last bit kept, which are rounded to even.
std::vector<float> some_values(std::uint64_t seed) {
  Random random(seed, "device sums test");
  std::vector<float> values{0, -0.0F, 1, -1, std::numeric_limits<float>::denorm_min()};
  for (int i = 0; i < 2000; ++i)
    values.push_back(
        std::ldexp(static_cast<float>(random.normal()), static_cast<int>(random.below(60)) - 55));
  for (int i = 1; i < 200; ++i) values.push_back(std::ldexp(static_cast<float>(i), -54));
  return values;
}

int exponent_on_device(const std::vector<float>& values) {
  const auto bits = largest_magnitude(at::tensor(values, at::kFloat));
  const auto magnitude = std::bit_cast<float>(bits.item<std::int32_t>());
  return comm::magnitude_exponent({&magnitude, 1});
}

TEST(DeviceSums, FindTheExponentOfTheLargest) {
  for (const auto& values : std::vector<std::vector<float>>{{0, -0.0F},
                                                            {1, -1.5F},
                                                            {-infinity, 1},
                                                            {nan, 3},
                                                            {std::numeric_limits<float>::max()},
                                                            some_values(1)})
    EXPECT_EQ(exponent_on_device(values), comm::magnitude_exponent(values)) << values.front();
}

struct Sums {
  std::vector<std::int64_t> fixed;
  std::vector<float> values;
  std::int64_t left_out = 0;
};

Sums on_host(const comm::FixedPoint& fixed, const std::vector<std::vector<float>>& terms, double weight) {
  Sums sums{std::vector<std::int64_t>(terms[0].size()), std::vector<float>(terms[0].size())};
  for (const auto& term : terms) sums.left_out += fixed.add(term, weight, sums.fixed);
  fixed.restore(sums.fixed, sums.values);
  return sums;
}

Sums on_device(const comm::FixedPoint& fixed, const std::vector<std::vector<float>>& terms, double weight) {
  const auto sum = at::zeros({std::ssize(terms[0])}, at::kLong);
  Sums sums;
  for (const auto& term : terms)
    sums.left_out += add_fixed(fixed, at::tensor(term, at::kFloat), weight, sum).item<std::int64_t>();
  const auto values = restored(fixed, sum);
  sums.fixed.assign(sum.data_ptr<std::int64_t>(), sum.data_ptr<std::int64_t>() + sum.numel());
  sums.values.assign(values.data_ptr<float>(), values.data_ptr<float>() + values.numel());
  return sums;
}

void expect_same_bits(const Sums& a, const Sums& b) {
  EXPECT_EQ(a.fixed, b.fixed);
  EXPECT_EQ(a.left_out, b.left_out);
  ASSERT_EQ(a.values.size(), b.values.size());
  for (std::size_t i = 0; i < a.values.size(); ++i)
    EXPECT_EQ(std::bit_cast<std::uint32_t>(a.values[i]), std::bit_cast<std::uint32_t>(b.values[i])) << i;
}

TEST(DeviceSums, HaveTheBitsOfFixedPoint) {
  const std::vector<std::vector<float>> terms{some_values(1), some_values(2), some_values(3)};
  int exponent = std::numeric_limits<int>::min();
  for (const auto& term : terms) exponent = std::max(exponent, comm::magnitude_exponent(term));
  for (const double weight : {1.0, 0.5, 1.0 / 3, 0.123456789, 0.0}) {
    const comm::FixedPoint fixed(exponent, 3);
    expect_same_bits(on_host(fixed, terms, weight), on_device(fixed, terms, weight));
  }
  const comm::FixedPoint exact(0, 3);  // halves: 2^-51 is half of the last bit that is kept
  expect_same_bits(on_host(exact, terms, 1), on_device(exact, terms, 1));
}

TEST(DeviceSums, LeaveOutWhatDoesNotFit) {
  const std::vector<std::vector<float>> terms{{infinity, -infinity, nan, 1, 1.5F, 2, -3, 1e30F}};
  const comm::FixedPoint fixed(0, 1);
  const auto sums = on_device(fixed, terms, 1);
  expect_same_bits(on_host(fixed, terms, 1), sums);
  EXPECT_EQ(sums.left_out, 7);
  const comm::FixedPoint widest(comm::magnitude_exponent(terms[0]), 1);
  expect_same_bits(on_host(widest, terms, 1), on_device(widest, terms, 1));
}

TEST(DeviceSums, WeighRows) {
  const auto rows = at::tensor({1.0F, 2.0F, 3.0F, 4.0F, -5.0F, 6.0F}).reshape({3, 2});
  const std::vector<double> weights{0.5, 0.25, 2};
  EXPECT_TRUE(at::equal(weighted_sum(rows.clone(), weights), at::tensor({-8.75F, 14.0F})));
  EXPECT_TRUE(
      at::equal(weighted_sum(rows.slice(0, 1, 2).clone(), std::vector<double>{2}), at::tensor({6.0F, 8.0F})));
}

}  // namespace
}  // namespace fedmeta::federate
