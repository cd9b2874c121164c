// What a process is at: spans of time with names, one inside the other.
//
// They name the work in messages about signals and slow ranks, they are the lines of --log-level info and
// debug, and the events of --trace. Only the thread that calls MPI makes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/log_level.hpp"

namespace fedmeta::trace {

/// What a span is about: {"round", 12}, or {.label = "maml seed 1"}. `key` is a literal.
struct About {
  const char* key = nullptr;  ///< null: no number
  std::int64_t number = 0;
  std::string label = {};
};

class Span {
 public:
  /// Begins. `name` is a literal, and reads well after "at:"; `level` is that from which on its end is told.
  explicit Span(const char* name, About about = {}, LogLevel level = LogLevel::debug);
  ~Span();
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;

  /// Returns the spans around this one, outermost first: "training maml seed 1, round 12, reduction".
  std::string around() const;

 private:
  std::string text() const;

  const char* name_;
  About about_;
  LogLevel level_;
  Span* around_;
  std::int64_t begin_ = 0;  ///< nanoseconds; 0 if nobody asks
};

/// Says whose spans these are, in lines of --log-level.
void set_rank(int rank);

/// A span that has ended.
struct Event {
  const char* name;
  About about;
  std::int64_t begin, end;  ///< nanoseconds since 1970, by the system's clock when the process began
};

/// Keeps events from now on.
void keep_events();
/// Returns the events kept since the last call.
std::vector<Event> take_events();

/// Returns events in Chrome's trace format, as the elements of a JSON array, separated by commas; "" without
/// events.
std::string chrome_events(const std::vector<Event>& events, int rank);
/// Returns the element that names a rank.
std::string chrome_rank(int rank, std::string_view host);

}  // namespace fedmeta::trace
