// Wall-clock time in seconds.
#pragma once

#include <chrono>

namespace fedmeta::cost {

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  /// Returns the seconds since the start or the last lap, and starts again.
  double lap() {
    const auto now = Clock::now();
    const std::chrono::duration<double> elapsed = now - start_;
    start_ = now;
    return elapsed.count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

}  // namespace fedmeta::cost
