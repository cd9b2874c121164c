// Signals of a crash: which process ended, and at what.
#pragma once

#include <string>

namespace fedmeta {

/// From now on a crash of this process (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT) is one line on standard
/// error, with `who` in it and the phase (base/stop_signal.hpp), before it ends as it would without.
void name_crashes(const std::string& who);

}  // namespace fedmeta
