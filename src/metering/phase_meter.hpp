// Time and energy of the phases of a run, on one rank.
//
// The clock and the counters are read where a phase gives way to another; the time between is a window.
// Counters move in steps of up to a tenth of a second, so that short windows say little about energy: that
// of a phase counts only where its windows are ten seconds long or more, on the average.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "cost/phase.hpp"
#include "cost/stopwatch.hpp"
#include "metering/counter.hpp"

namespace fedmeta::metering {

/// What a run took, by phase.
struct PhaseCost {
  std::array<double, cost::phases> seconds{};
  std::array<double, cost::phases> joules{};  ///< not a number: not measured
  std::string source;                         ///< of the joules; "" where there are none

  bool has_energy() const { return !source.empty(); }
};

class PhaseMeter {
 public:
  static constexpr double least_window = 10;  ///< s

  /// A thread reads the counters every `period`, before they can begin anew unnoticed: the smallest in use
  /// hold 65,000 J.
  explicit PhaseMeter(Counters counters = {}, std::chrono::milliseconds period = std::chrono::seconds(5),
                      double shortest_window = least_window);
  ~PhaseMeter();
  PhaseMeter(const PhaseMeter&) = delete;
  PhaseMeter& operator=(const PhaseMeter&) = delete;

  /// A run begins, with its setup.
  void begin();
  /// The run goes over to another phase, if it is not in it already.
  void enter(cost::Phase phase);
  /// The run ends. Returns what it took.
  PhaseCost end();

 private:
  /// The joules used so far; not a number where they are not known.
  double read();
  void close_window();
  void keep_reading();

  Counters counters_;
  std::chrono::milliseconds period_;
  double shortest_;

  cost::Phase phase_ = cost::Phase::setup;
  cost::Stopwatch whole_, window_;
  double joules_at_begin_ = 0, joules_at_window_ = 0;
  PhaseCost cost_;
  std::array<int, cost::phases> windows_{};

  std::mutex mutex_;  ///< of the counters and `ended_`
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread reader_;
};

}  // namespace fedmeta::metering
