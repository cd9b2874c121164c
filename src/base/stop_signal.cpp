#include "base/stop_signal.hpp"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace fedmeta {
namespace {

constexpr unsigned patience = 30;  // seconds

volatile sig_atomic_t first_signal = 0;
const char* volatile current_phase = "the start";

struct Name {
  int number;
  const char* text;
};
constexpr std::array stop_signals{Name{SIGTERM, "SIGTERM"}, Name{SIGINT, "SIGINT"}, Name{SIGUSR1, "SIGUSR1"},
                                  Name{SIGUSR2, "SIGUSR2"}, Name{SIGXCPU, "SIGXCPU"}};

// Handlers may call what signal-safety(7) lists, and nothing else.

void note(int signal) {
  const int error = errno;
  if (first_signal == 0) {
    first_signal = signal;
    alarm(patience);
  }
  if (signal == SIGINT) ::signal(SIGINT, SIG_DFL);  // for the second
  errno = error;
}

void say(const char* text) {
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text, std::strlen(text));
}

void say_what_holds_it_up(int) {
  const int error = errno;
  say("fedmeta_bench: the signal was received; the run stops as soon as this is done: ");
  say(current_phase);
  say("\n");
  errno = error;
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;  // no call that waits fails because of it
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

}  // namespace

void catch_stop_signals(bool speaks) {
  first_signal = 0;
  handle(
      SIGALRM, speaks ? say_what_holds_it_up : [](int) {});
  for (const auto& signal : stop_signals) handle(signal.number, note);
}

int stop_signal() {
  return first_signal;
}

void set_phase(const char* phase) {
  current_phase = phase;
}

const char* phase() {
  return current_phase;
}

std::string signal_name(int signal) {
  for (const auto& known : stop_signals)
    if (known.number == signal) return known.text;
  return "signal " + std::to_string(signal);
}

}  // namespace fedmeta
