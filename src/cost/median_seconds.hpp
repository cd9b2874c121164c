// How long something takes on a machine that others use, too.
#pragma once

#include <algorithm>
#include <vector>

#include "cost/stopwatch.hpp"

namespace fedmeta::cost {

/// Median wall-clock seconds of `times` (> 0, odd) calls, after one that finds caches and pools cold.
template <class Call>
double median_seconds(int times, Call&& call) {
  call();
  std::vector<double> seconds(static_cast<std::size_t>(times));
  for (double& one : seconds) {
    const Stopwatch clock;
    call();
    one = clock.seconds();
  }
  const auto middle = seconds.begin() + times / 2;
  std::nth_element(seconds.begin(), middle, seconds.end());
  return *middle;
}

}  // namespace fedmeta::cost
