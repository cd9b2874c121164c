#include "report/output/limited_process.hpp"

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

constexpr int cannot_start = 127;  // as in shells

/// Runs the command, in the child process. The child has its own process group, so that everything it starts
/// can be killed with it. Ctrl-C in the terminal then reaches only this program, and the child ends with it.
[[noreturn]] void become(char* const* arguments, const char* folder) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nothing = ::open("/dev/null", O_RDWR);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, stream);
  if (::chdir(folder) == 0) ::execvp(arguments[0], arguments);
  ::_exit(cannot_start);
}

/// Waits for the child until `end`. Returns whether it ended, and how in `status`.
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
  std::vector<char*> arguments;  // prepared here, since little is safe between fork and exec
  arguments.reserve(command.size() + 1);
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  if (child < 0) return Ended::badly;
  if (child == 0) become(arguments.data(), folder.c_str());
  ::setpgid(child, child);  // in both processes, whichever comes first
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
