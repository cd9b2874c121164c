// Signals that ask a run to end. They are only noted: whoever works looks between two pieces of work.
#pragma once

#include <string>

namespace fedmeta {

/// Notes SIGTERM, SIGINT, SIGUSR1, SIGUSR2 and SIGXCPU from now on, in place of dying of them. A second
/// SIGINT ends the process at once. A process that `speaks` says on standard error what it is still at, if it
/// goes on for half a minute after the first of them.
void catch_stop_signals(bool speaks);

/// Returns the number of the first one that arrived, or 0.
int stop_signal();

/// Names the work at hand, for that line. `phase` is a literal.
void set_phase(const char* phase);
const char* phase();

/// Returns "SIGTERM" and the like.
std::string signal_name(int signal);

}  // namespace fedmeta
