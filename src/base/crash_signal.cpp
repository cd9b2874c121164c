#include "base/crash_signal.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/stop_signal.hpp"

namespace fedmeta {
namespace {

struct Crash {
  int number;
  const char* text;
};
constexpr std::array crashes{Crash{SIGSEGV, "SIGSEGV"}, Crash{SIGBUS, "SIGBUS"}, Crash{SIGFPE, "SIGFPE"},
                             Crash{SIGILL, "SIGILL"}, Crash{SIGABRT, "SIGABRT"}};

std::array<char, 256> process_name{};
std::array<struct sigaction, crashes.size()> before{};

// As in stop_signal.cpp, only what signal-safety(7) lists may be called.

void append(char*& end, const char* text) {
  while (*text != '\0') *end++ = *text++;
}

void tell(int signal) {
  const auto* crash =
      std::find_if(crashes.begin(), crashes.end(), [&](const Crash& c) { return c.number == signal; });
  std::array<char, 1024> line{};
  char* end = line.data();
  for (const char* part :
       {"fedmeta_bench: error: ", static_cast<const char*>(process_name.data()), " ended by ", crash->text,
        " (", phase(),
        "): run the same command again with --resume if it has a checkpoint, and report this crash\n"})
    append(end, part);
  [[maybe_unused]] const auto written =
      write(STDERR_FILENO, line.data(), static_cast<std::size_t>(end - line.data()));
  sigaction(signal, &before[static_cast<std::size_t>(crash - crashes.begin())], nullptr);
  raise(signal);  // handled as before once this handler returns
}

}  // namespace

void name_crashes(const std::string& who) {
  std::strncpy(process_name.data(), who.c_str(), process_name.size() - 1);
  for (std::size_t i = 0; i < crashes.size(); ++i) {
    struct sigaction action = {};
    action.sa_handler = tell;
    sigemptyset(&action.sa_mask);
    sigaction(crashes[i].number, &action, &before[i]);
  }
}

}  // namespace fedmeta
