#include "metering/phase_meter.hpp"

#include <signal.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace fedmeta::metering {
namespace {

constexpr double not_measured = std::numeric_limits<double>::quiet_NaN();

std::size_t place(cost::Phase phase) {
  return static_cast<std::size_t>(phase);
}

/// Starts a thread that no signal reaches: they are the main thread's.
template <class Work>
std::thread without_signals(Work work) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(work);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace

PhaseMeter::PhaseMeter(Counters counters, std::chrono::milliseconds period, double shortest_window)
    : counters_(std::move(counters)), period_(period), shortest_(shortest_window) {
  if (!counters_.empty()) reader_ = without_signals([this] { keep_reading(); });
}

PhaseMeter::~PhaseMeter() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
  if (reader_.joinable()) reader_.join();
}

void PhaseMeter::keep_reading() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, period_, [this] { return ended_; })) joules(counters_);
}

double PhaseMeter::read() {
  const std::lock_guard lock(mutex_);
  return joules(counters_).value_or(not_measured);
}

void PhaseMeter::begin() {
  cost_ = {};
  windows_ = {};
  phase_ = cost::Phase::setup;
  whole_ = window_ = {};
  joules_at_begin_ = joules_at_window_ = read();
}

void PhaseMeter::close_window() {
  const double now = read();
  cost_.seconds[place(phase_)] += window_.lap();
  cost_.joules[place(phase_)] += now - joules_at_window_;
  ++windows_[place(phase_)];
  joules_at_window_ = now;
}

void PhaseMeter::enter(cost::Phase phase) {
  if (phase == phase_) return;
  close_window();
  phase_ = phase;
}

PhaseCost PhaseMeter::end() {
  close_window();
  const auto whole = place(cost::Phase::whole);
  cost_.seconds[whole] = whole_.seconds();
  cost_.joules[whole] = joules_at_window_ - joules_at_begin_;
  windows_[whole] = 1;
  for (std::size_t p = 0; p < cost::phases; ++p)
    if (windows_[p] == 0 || cost_.seconds[p] < shortest_ * windows_[p]) cost_.joules[p] = not_measured;
  if (!std::all_of(cost_.joules.begin(), cost_.joules.end(), [](double j) { return std::isnan(j); }))
    cost_.source = source(counters_);
  return cost_;
}

}  // namespace fedmeta::metering
