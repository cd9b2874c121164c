// Timing on a machine that others use as well.
#pragma once

#include <algorithm>
#include <vector>

#include "cost/stopwatch.hpp"

namespace fedmeta::cost {

/// Seconds of several calls.
struct Spread {
  double least = 0, median = 0, most = 0;
};

/// Returns the wall-clock seconds of `times` (> 0, odd) calls, after one call that warms caches and pools.
/// Runs `prepare`, untimed, before each call.
template <class Call, class Prepare>
Spread spread_of_seconds(int times, Call&& call, Prepare&& prepare) {
  std::vector<double> seconds(static_cast<std::size_t>(times) + 1);
  for (double& one : seconds) {
    prepare();
    const Stopwatch clock;
    call();
    one = clock.seconds();
  }
  std::sort(seconds.begin() + 1, seconds.end());
  return {seconds[1], seconds[1 + static_cast<std::size_t>(times) / 2], seconds.back()};
}

/// Returns the median of the same.
template <class Call, class Prepare>
double median_seconds(int times, Call&& call, Prepare&& prepare) {
  return spread_of_seconds(times, call, prepare).median;
}

template <class Call>
double median_seconds(int times, Call&& call) {
  return median_seconds(times, call, [] {});
}

}  // namespace fedmeta::cost
