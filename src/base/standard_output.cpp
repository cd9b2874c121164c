#include "base/standard_output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "base/error.hpp"

namespace fedmeta {
namespace {

/// Returns whether standard output is a pipe or socket that nobody reads any more.
bool reader_gone() {
  pollfd output{STDOUT_FILENO, POLLOUT, 0};
  return poll(&output, 1, 0) > 0 && (output.revents & (POLLERR | POLLHUP)) != 0;
}

}  // namespace

void prepare_standard_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(descriptor, F_GETFD) < 0) open("/dev/null", O_RDWR);  // takes the lowest free number
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // the write fails then, and is reported
}

void check_standard_output() {
  // The stream remembers an earlier failure.
  if ((std::fflush(stdout) != 0 || std::ferror(stdout) != 0) && !reader_gone())
    throw Error(Status::own_file, "cannot write all that there is to say", "standard output",
                "free space, or write to another place");
}

}  // namespace fedmeta
