// Sums whose bits do not depend on the order of the terms: fixed point in 64-bit integers.
//
// Integer addition is associative, so any reduction tree over any number of ranks gives the same result. The
// scale follows from the largest magnitude of all terms (an MPI_MAX), so that no sum can overflow. It keeps
// about 50 bits below that magnitude, which is far finer than fp32 addition.
#pragma once

#include <cstdint>
#include <span>

namespace fedmeta::comm {

/// Returns the smallest e with |x| < 2^e for all x: a very small number if all are zero, a large one if an
/// infinity or NaN is among them.
int magnitude_exponent(std::span<const float> values);

class FixedPoint {
 public:
  /// Chooses the scale for up to `terms` terms (at most 4096), each below 2^exponent in magnitude.
  FixedPoint(int exponent, std::int64_t terms);

  /// Computes sum[i] += round(weight * values[i] * scale), where 0 <= weight <= 1. Terms that do not fit,
  /// including NaN, are left out. Returns their number.
  std::int64_t add(std::span<const float> values, double weight, std::span<std::int64_t> sum) const;
  /// Computes values[i] = sum[i] / scale.
  void restore(std::span<const std::int64_t> sum, std::span<float> values) const;

  double scale() const { return scale_; }
  static constexpr double largest_term = 0x1p50;  ///< in magnitude, when scaled

 private:
  double scale_;
};

}  // namespace fedmeta::comm
