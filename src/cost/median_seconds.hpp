// Timing on a machine that others use as well.
#pragma once

#include <algorithm>
#include <vector>

#include "cost/stopwatch.hpp"

namespace fedmeta::cost {

/// Returns the median wall-clock seconds of `times` (> 0, odd) calls, after one call that warms caches and
/// pools. Runs `prepare`, untimed, before each call.
template <class Call, class Prepare>
double median_seconds(int times, Call&& call, Prepare&& prepare) {
  std::vector<double> seconds(static_cast<std::size_t>(times) + 1);
  for (double& one : seconds) {
    prepare();
    const Stopwatch clock;
    call();
    one = clock.seconds();
  }
  const auto warm = seconds.begin() + 1, middle = warm + times / 2;
  std::nth_element(warm, middle, seconds.end());
  return *middle;
}

template <class Call>
double median_seconds(int times, Call&& call) {
  return median_seconds(times, call, [] {});
}

}  // namespace fedmeta::cost
