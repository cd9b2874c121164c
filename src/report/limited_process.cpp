#include "report/limited_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <thread>

namespace fedmeta::report {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int cannot_start = 127;  // what shells use, too

/// In the child. A process group of its own, so that what it starts can be ended with it; a Ctrl-C in the
/// terminal then reaches this program alone, whose end takes the child with it.
[[noreturn]] void become(char* const* arguments, const char* folder) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nothing = ::open("/dev/null", O_RDWR);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, stream);
  if (::chdir(folder) == 0) ::execvp(arguments[0], arguments);
  ::_exit(cannot_start);
}

/// Whether the child ended in time, and then how.
bool wait_for(pid_t child, Clock::time_point end, int& status) {
  auto nap = std::chrono::milliseconds(1);
  for (;;) {
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended != 0) return true;
    if (Clock::now() >= end) return false;
    std::this_thread::sleep_for(nap);
    nap = std::min(2 * nap, std::chrono::milliseconds(50));
  }
}

}  // namespace

Ended run_limited(const std::vector<std::string>& command, const std::filesystem::path& folder,
                  std::chrono::milliseconds limit) {
  std::vector<char*> arguments;  // made here: little is safe between fork and exec
  arguments.reserve(command.size() + 1);
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  if (child < 0) return Ended::badly;
  if (child == 0) become(arguments.data(), folder.c_str());
  ::setpgid(child, child);  // here too: whichever comes first
  int status = -1;
  if (!wait_for(child, Clock::now() + limit, status)) {
    ::kill(-child, SIGKILL);
    ::waitpid(child, &status, 0);
    return Ended::too_late;
  }
  if (!WIFEXITED(status)) return Ended::badly;
  if (WEXITSTATUS(status) == cannot_start) return Ended::not_installed;
  return WEXITSTATUS(status) == 0 ? Ended::well : Ended::badly;
}

}  // namespace fedmeta::report
