// Chrome's trace format: a JSON array of events, which chrome://tracing and ui.perfetto.dev open.
// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
#include <iomanip>
#include <sstream>

#include "trace/span.hpp"

namespace fedmeta::trace {
namespace {

/// Microseconds, to the nanosecond.
void write_time(std::ostream& out, const char* key, std::int64_t nanoseconds) {
  out << ",\"" << key << "\":" << nanoseconds / 1000 << '.' << std::setw(3) << std::setfill('0')
      << nanoseconds % 1000;
}

}  // namespace

std::string chrome_events(const std::vector<Event>& events, int rank) {
  std::ostringstream out;
  for (const auto& event : events) {
    if (&event != &events.front()) out << ",\n";
    out << "{\"name\":" << std::quoted(event.name) << ",\"ph\":\"X\",\"pid\":" << rank << ",\"tid\":" << rank;
    write_time(out, "ts", event.begin);
    write_time(out, "dur", event.end - event.begin);
    if (event.about.key)
      out << ",\"args\":{" << std::quoted(event.about.key) << ':' << event.about.number << '}';
    if (!event.about.label.empty()) out << ",\"args\":{\"of\":" << std::quoted(event.about.label) << '}';
    out << '}';
  }
  return out.str();
}

std::string chrome_rank(int rank, std::string_view host) {
  std::ostringstream out;
  out << "{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":" << rank
      << ",\"args\":{\"name\":" << std::quoted("rank " + std::to_string(rank) + " on " + std::string(host))
      << "}},\n"
      << "{\"name\":\"process_sort_index\",\"ph\":\"M\",\"pid\":" << rank
      << ",\"args\":{\"sort_index\":" << rank << "}}";
  return out.str();
}

}  // namespace fedmeta::trace
