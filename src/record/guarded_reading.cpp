#include "record/guarded_reading.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <system_error>

#include "record/file_seal.hpp"
#include "record/results_reader.hpp"

namespace fedmeta::record {
namespace {

namespace fs = std::filesystem;

void set_limits(const ReadingLimits& limits) {
  ::signal(SIGALRM, SIG_DFL);
  ::alarm(limits.seconds);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
#ifndef FEDMETA_ADDRESS_SANITIZER  // whose own memory exceeds any limit
  const rlimit memory{limits.bytes, limits.bytes};
  ::setrlimit(RLIMIT_DATA, &memory);
#endif
}

/// Reads, in the child process, and sends the error's line if there is one.
[[noreturn]] void read_and_exit(int out, const ReadingLimits& limits, const std::function<void()>& read) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nothing = ::open("/dev/null", O_RDWR);
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO})
    ::dup2(nothing, stream);  // the C library's last words
  set_limits(limits);
  std::string line;
  try {
    read();
  } catch (...) {
    line = current_error().what();
    if (line.empty()) line = "unknown reason";
  }
  const auto sent = ::write(out, line.data(), line.size());
  ::_exit(sent == static_cast<ssize_t>(line.size()) ? 0 : 1);
}

/// Returns what the child sends until it ends.
std::string receive(int in) {
  std::string text;
  for (;;) {
    std::array<char, 4096> part{};
    const auto count = ::read(in, part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(part.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

ReadingLimits reading_limits(const fs::path& path) {
  std::error_code ignored;
  const auto size = fs::file_size(path, ignored);
  const std::uint64_t bytes = ignored ? 0 : size;
  return {(std::uint64_t{1} << 30) + 16 * bytes, static_cast<unsigned>(20 + (bytes >> 20))};
}

void try_in_child(const fs::path& path, Status status, const ReadingLimits& limits,
                  const std::function<void()>& read) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return;  // no descriptors are left: read it all the same
  const pid_t child = ::fork();
  if (child == 0) read_and_exit(pipe[1], limits, read);
  ::close(pipe[1]);
  const auto line = child > 0 ? receive(pipe[0]) : std::string();
  ::close(pipe[0]);
  if (child < 0) return;
  int ended = 0;
  while (::waitpid(child, &ended, 0) < 0 && errno == EINTR) continue;
  if (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0)
    throw Error(status, "the file is damaged: reading it does not end, or not well", path.string(),
                "take another copy of it");
  if (!line.empty()) throw Error(status, line);
}

Results read_results_guarded(const fs::path& path) {
  if (!has_seal(path))
    try_in_child(path, Status::own_file, reading_limits(path), [&] { read_results(path); });
  return read_results(path);
}

}  // namespace fedmeta::record
