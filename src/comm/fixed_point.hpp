// Sums whose bits do not depend on the order of the terms: fixed point in 64-bit integers.
//
// Integer addition is associative, so any reduction tree over any number of ranks gives the same result. The
// scale comes from the largest magnitude of all terms (an MPI_MAX), so that no sum can overflow, and keeps
// about 50 bits below that magnitude: far finer than fp32 addition.
#pragma once

#include <cstdint>
#include <span>

namespace fedmeta::comm {

/// Smallest e with |x| < 2^e for all x; a very small number for all zeros, a large one for infinity and NaN.
int magnitude_exponent(std::span<const float> values);

class FixedPoint {
 public:
  /// For up to `terms` terms (at most 4096), each below 2^exponent in magnitude.
  FixedPoint(int exponent, std::int64_t terms);

  /// sum[i] += round(weight * values[i] * scale), 0 <= weight <= 1. Terms that do not fit, NaN
  /// among them, are left out; returns how many.
  std::int64_t add(std::span<const float> values, double weight, std::span<std::int64_t> sum) const;
  /// values[i] = sum[i] / scale
  void restore(std::span<const std::int64_t> sum, std::span<float> values) const;

 private:
  double scale_;
};

}  // namespace fedmeta::comm
