#include "comm/fixed_point.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace fedmeta::comm {
namespace {

constexpr int bits = 50;  // of a term, so that 4096 terms stay below 2^62
// Adding 1.5 * 2^52 leaves the rounded integer in the low bits of a double. Unlike llrint, this vectorises.
constexpr double shifter = 0x1.8p52;

}  // namespace

int magnitude_exponent(std::span<const float> values) {
  std::uint32_t largest = 0;  // bits of |x|, ordered like the magnitudes, with NaN above infinity
  for (float x : values) largest = std::max(largest, std::bit_cast<std::uint32_t>(x) & 0x7fffffffU);
  const float magnitude = std::bit_cast<float>(largest);
  if (!std::isfinite(magnitude)) return std::numeric_limits<float>::max_exponent + 1;
  int exponent = std::numeric_limits<float>::min_exponent - 24;
  if (magnitude > 0) std::frexp(magnitude, &exponent);
  return exponent;
}

FixedPoint::FixedPoint(int exponent, std::int64_t terms) : scale_(std::ldexp(1.0, bits - exponent)) {
  if (terms > 4096)
    throw Error(Status::usage, "too many clients in a round for a reproducible sum",
                "--clients-per-round " + std::to_string(terms), "use at most 4096 or --reduction native");
}

std::int64_t FixedPoint::add(std::span<const float> values, double weight,
                             std::span<std::int64_t> sum) const {
  const double factor = weight * scale_;
  std::int64_t unfit = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double scaled = static_cast<double>(values[i]) * factor;
    const bool fits = std::abs(scaled) <= largest_term;  // not for NaN
    unfit += !fits;
    // Sums of the bits of infinities and NaNs would overflow.
    const double shifted = (fits ? scaled : 0.0) + shifter;
    sum[i] += std::bit_cast<std::int64_t>(shifted) - std::bit_cast<std::int64_t>(shifter);
  }
  return unfit;
}

void FixedPoint::restore(std::span<const std::int64_t> sum, std::span<float> values) const {
  const double unit = 1.0 / scale_;
  for (std::size_t i = 0; i < sum.size(); ++i)
    values[i] = static_cast<float>(static_cast<double>(sum[i]) * unit);
}

}  // namespace fedmeta::comm
