#include "trace/span.hpp"

#include <chrono>
#include <cstdio>
#include <utility>

#include "base/stop_signal.hpp"
#include "base/text.hpp"

namespace fedmeta::trace {
namespace {

constexpr const char* program = "fedmeta_bench";

Span* innermost = nullptr;
int this_rank = 0;
bool keeps = false;
std::vector<Event> kept;

std::int64_t nanoseconds(auto duration) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count();
}

/// Steady within a process, and comparable between those of a machine.
std::int64_t now() {
  using std::chrono::steady_clock, std::chrono::system_clock;
  static const auto offset = nanoseconds(system_clock::now().time_since_epoch()) -
                             nanoseconds(steady_clock::now().time_since_epoch());
  return offset + nanoseconds(steady_clock::now().time_since_epoch());
}

bool anybody_asks() {
  return keeps || log_level() >= LogLevel::info;
}

double seconds_since_first(std::int64_t time) {
  static const auto first = time;
  return static_cast<double>(time - first) * 1e-9;
}

}  // namespace

Span::Span(const char* name, About about, LogLevel level)
    : name_(name), about_(std::move(about)), level_(level), around_(std::exchange(innermost, this)) {
  set_phase(name_);
  if (anybody_asks()) begin_ = now();
  if (log_level() < LogLevel::debug) return;
  std::fprintf(stderr, "%s: debug: [%s s, rank %d] %s\n", program,
               fixed(seconds_since_first(begin_), 3).c_str(), this_rank, text().c_str());
}

Span::~Span() {
  innermost = around_;
  set_phase(around_ ? around_->name_ : "the end");
  if (begin_ == 0) return;
  const auto end = now();
  if (this_rank == 0 && level_ <= LogLevel::info && log_level() >= LogLevel::info) {
    const auto seconds = static_cast<double>(end - begin_) * 1e-9;
    const auto outside = around();
    std::fprintf(stderr, "%s: info: %s%s: %s s\n", program, outside.empty() ? "" : (outside + ", ").c_str(),
                 text().c_str(), fixed(seconds, 3).c_str());
  }
  if (keeps) kept.push_back({name_, std::move(about_), begin_, end});
}

std::string Span::text() const {
  std::string text = name_;
  if (!about_.label.empty()) text += " " + about_.label;
  if (!about_.key) return text;
  const auto number = std::to_string(about_.number);
  return text == about_.key ? text + " " + number : text + " (" + about_.key + " " + number + ")";
}

std::string Span::around() const {
  std::string text;
  for (const auto* span = around_; span; span = span->around_)
    text = span->text() + (text.empty() ? "" : ", ") + text;
  return text;
}

void set_rank(int rank) {
  this_rank = rank;
}

void keep_events() {
  keeps = true;
}

std::vector<Event> take_events() {
  return std::exchange(kept, {});
}

}  // namespace fedmeta::trace
