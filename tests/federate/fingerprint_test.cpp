#include "federate/fingerprint.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <set>
#include <vector>

#include "base/random.hpp"

namespace fedmeta::federate {
namespace {

std::vector<float> many_values(std::size_t count) {
  Random random(1, "fingerprint test");
  std::vector<float> values(count);
  for (auto& value : values) value = static_cast<float>(random.normal());
  return values;
}

Fingerprint on_device(const std::vector<float>& values) {
  return DeviceFingerprint::read(DeviceFingerprint().of(at::tensor(values, at::kFloat)));
}

using Kind = Fingerprint (*)(const std::vector<float>&);

class Fingerprints : public testing::TestWithParam<Kind> {
 protected:
  static Fingerprint fingerprint(const std::vector<float>& values) { return GetParam()(values); }
};

INSTANTIATE_TEST_SUITE_P(OnTheCpu, Fingerprints, testing::Values(Kind{[](const std::vector<float>& values) {
                           return federate::fingerprint(values);
                         }}));
INSTANTIATE_TEST_SUITE_P(OnTheDevice, Fingerprints, testing::Values(Kind{on_device}));

TEST_P(Fingerprints, EqualBitsHaveEqualHashes) {
  EXPECT_EQ(fingerprint(many_values(1000)).hash, fingerprint(many_values(1000)).hash);
}

TEST_P(Fingerprints, AnyFlippedBitChangesIt) {
  for (const std::size_t count : {1U, 7U, 8U, 9U, 37U}) {
    auto values = many_values(count);
    std::set<std::uint64_t> hashes{fingerprint(values).hash};
    for (auto& value : values)
      for (unsigned bit = 0; bit < 32; ++bit) {
        const float old = value;
        value = std::bit_cast<float>(std::bit_cast<std::uint32_t>(value) ^ (1U << bit));
        hashes.insert(fingerprint(values).hash);
        value = old;
      }
    EXPECT_EQ(hashes.size(), 1 + 32 * count) << count << " values";
  }
}

TEST_P(Fingerprints, AnyTwoSwappedValuesChangeIt) {
  auto values = many_values(40);
  const auto hash = fingerprint(values).hash;
  for (std::size_t i = 0; i < values.size(); ++i)
    for (std::size_t j = i + 1; j < values.size(); ++j) {
      std::swap(values[i], values[j]);
      EXPECT_NE(fingerprint(values).hash, hash) << i << " and " << j;
      std::swap(values[i], values[j]);
    }
}

TEST_P(Fingerprints, MinusZeroIsNotZero) {
  EXPECT_NE(fingerprint(std::vector<float>{0.0F}).hash, fingerprint(std::vector<float>{-0.0F}).hash);
}

TEST_P(Fingerprints, FindsWhatIsNotFiniteAnywhere) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (const float bad : {infinity, -infinity, std::numeric_limits<float>::quiet_NaN(),
                          -std::numeric_limits<float>::quiet_NaN()})
    for (std::size_t at = 0; at < 21; ++at) {
      auto values = many_values(21);
      EXPECT_TRUE(fingerprint(values).finite);
      values[at] = bad;
      EXPECT_FALSE(fingerprint(values).finite) << bad << " at " << at;
    }
  EXPECT_TRUE(fingerprint(std::vector<float>{std::numeric_limits<float>::max()}).finite);
}

/// As long as a layer, so that whole vectors of the processor are compared, too.
TEST_P(Fingerprints, OfLongVectorsFindsOneBitAndOneNumber) {
  auto values = many_values(70001);
  const auto before = fingerprint(values);
  EXPECT_TRUE(before.finite);
  for (const std::size_t at : {0U, 31U, 4096U, 32768U, 69999U, 70000U}) {
    const float old = values[at];
    values[at] = std::bit_cast<float>(std::bit_cast<std::uint32_t>(old) ^ 1U);
    EXPECT_NE(fingerprint(values).hash, before.hash) << at;
    for (const float bad : {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                            std::numeric_limits<float>::quiet_NaN()}) {
      values[at] = bad;
      EXPECT_FALSE(fingerprint(values).finite) << bad << " at " << at;
    }
    values[at] = old;
  }
  EXPECT_EQ(fingerprint(values).hash, before.hash);
}

TEST(Fingerprint, OfNothingIsFinite) {
  EXPECT_TRUE(fingerprint({}).finite);
}

}  // namespace
}  // namespace fedmeta::federate
