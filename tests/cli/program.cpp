#include "cli/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <map>
#include <sstream>
#include <stdexcept>

namespace fedmeta::test {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    read = ends[0];
    write = ends[1];
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close(read);
    if (write >= 0) close(write);
  }
  void close_write() {
    close(write);
    write = -1;
  }
};

[[noreturn]] void become(const std::vector<std::string>& command, int out, int err) {
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  setpgid(0, 0);  // so that all it starts can be ended with it
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

int exit_status(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Reads both pipes until both are closed; false where that takes too long.
bool collect(const Pipe& out, const Pipe& err, Finished& finished, Clock::time_point end) {
  std::array<pollfd, 2> ends{{{out.read, POLLIN, 0}, {err.read, POLLIN, 0}}};
  const std::array<std::string*, 2> texts{&finished.out, &finished.err};
  for (int open = 2; open > 0;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return false;
    if (poll(ends.data(), ends.size(), static_cast<int>(left)) <= 0) continue;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (ends[i].revents == 0) continue;
      std::array<char, 4096> buffer{};
      const auto count = read(ends[i].fd, buffer.data(), buffer.size());
      if (count > 0)
        texts[i]->append(buffer.data(), static_cast<std::size_t>(count));
      else {
        ends[i].fd = -1;
        --open;
      }
    }
  }
  return true;
}

}  // namespace

Finished run_command(const std::vector<std::string>& command, int seconds) {
  Finished finished;
  Pipe out, err;
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot start " + command.front());
  if (child == 0) become(command, out.write, err.write);
  out.close_write();
  err.close_write();
  const bool ended = collect(out, err, finished, Clock::now() + std::chrono::seconds(seconds));
  if (!ended) kill(-child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  finished.status = !ended ? 124 : exit_status(status);
  return finished;
}

std::vector<std::string> on_ranks(std::vector<std::string> command, int ranks) {
  if (ranks > 0)
    command.insert(command.begin(), {FEDMETA_MPIEXEC, FEDMETA_MPIEXEC_NUMPROC, std::to_string(ranks)});
  return command;
}

Finished run_ranks(const std::string& program, const std::vector<std::string>& arguments, int ranks) {
  std::vector<std::string> command{program};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_command(on_ranks(command, ranks));
}

Finished run_bench(const std::vector<std::string>& arguments, int ranks) {
  return run_ranks(FEDMETA_BENCH, arguments, ranks);
}

Finished run_data(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{FEDMETA_DATA};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_command(command);
}

std::string path_of(const std::string& program) {
  const std::map<std::string, std::string> paths{
      {"fedmeta_bench", FEDMETA_BENCH}, {"fedmeta_data", FEDMETA_DATA}, {"fedmeta_report", FEDMETA_REPORT}};
  return paths.at(program);
}

Finished run_redirected(const std::vector<std::string>& command, const std::string& redirection) {
  std::vector<std::string> shell{"bash", "-c", "\"$0\" \"$@\" " + redirection + "; exit ${PIPESTATUS[0]}"};
  shell.insert(shell.end(), command.begin(), command.end());
  return run_command(shell);
}

Finished run_by_shell(const std::string& commands, const std::string& program,
                      const std::vector<std::string>& arguments) {
  std::vector<std::string> command{"sh", "-c", commands, "sh", path_of(program)};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_command(command);
}

Finished run_with_full_output(const std::string& program, const std::vector<std::string>& arguments) {
  std::vector<std::string> command{path_of(program)};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run_redirected(command, "> /dev/full");
}

Finished run_on_terminal(const std::vector<std::string>& command, int columns, int seconds) {
  Finished finished;
  winsize size{};
  size.ws_row = 24;
  size.ws_col = static_cast<unsigned short>(columns);
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
  if (child < 0) throw std::runtime_error("no terminal");
  if (child == 0) {
    std::vector<char*> arguments;
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  const auto end = Clock::now() + std::chrono::seconds(seconds);
  bool ended = false;
  while (!ended && Clock::now() < end) {
    pollfd ready{terminal, POLLIN, 0};
    if (poll(&ready, 1, 1000) <= 0) continue;
    std::array<char, 4096> buffer{};
    const auto count = read(terminal, buffer.data(), buffer.size());  // fails once all have closed it
    ended = count <= 0;
    if (!ended) finished.out.append(buffer.data(), static_cast<std::size_t>(count));
  }
  if (!ended) kill(-child, SIGKILL);
  close(terminal);
  int status = 0;
  waitpid(child, &status, 0);
  finished.status = !ended ? 124 : exit_status(status);
  return finished;
}

std::vector<std::string> drawn_lines(const std::string& out) {
  std::vector<std::string> lines;
  std::string line;
  const auto end_line = [&] {
    if (!line.empty()) lines.push_back(line);
    line.clear();
  };
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out.compare(i, 3, "\033[K") == 0)
      i += 2;
    else if (out[i] == '\r' || out[i] == '\n')
      end_line();
    else
      line += out[i];
  }
  end_line();
  return lines;
}

std::vector<std::string> lines_with(const std::string& text, const std::string& beginning) {
  std::vector<std::string> found;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(beginning)) found.push_back(line);
  return found;
}

}  // namespace fedmeta::test
