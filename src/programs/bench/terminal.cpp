#include "programs/bench/terminal.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "comm/launcher.hpp"

namespace fedmeta::programs {
namespace {

/// Returns the width for terminals that do not report one.
int assumed_columns() {
  const char* columns = std::getenv("COLUMNS");
  return columns && std::atoi(columns) > 0 ? std::atoi(columns) : 80;
}

int columns_of(int terminal) {
  winsize size{};
  return ioctl(terminal, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : assumed_columns();
}

/// Returns the columns of the terminal to which the parent process, mpirun, writes, or 0 if it writes to
/// none. mpirun gives rank 0 a terminal of its own, with the size that the user's had at the start, wherever
/// the output really goes.
int columns_of_launcher() {
  const auto path = "/proc/" + std::to_string(getppid()) + "/fd/1";
  struct stat target {};
  // A launcher of another user (srun) cannot be inspected; it creates no terminal unless asked (--pty).
  if (stat(path.c_str(), &target) != 0) return columns_of(STDOUT_FILENO);
  if (!S_ISCHR(target.st_mode)) return 0;
  const int terminal = open(path.c_str(), O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (terminal < 0) return columns_of(STDOUT_FILENO);
  const int columns = isatty(terminal) ? columns_of(terminal) : 0;
  close(terminal);
  return columns;
}

std::string wrapped_line(const std::string& line, std::size_t columns, std::size_t indent) {
  const auto begin = std::min(line.find_first_not_of(' '), line.size());
  std::string text = line.substr(0, begin);
  std::size_t used = begin;
  bool first = true;  // on its line
  for (std::size_t at = begin; at < line.size();) {
    // A word with the blanks before it, which may separate columns.
    const auto word = std::min(line.find_first_not_of(' ', at), line.size());
    const auto end = std::min(line.find(' ', word), line.size());
    const auto width = display_width(line.substr(word, end - word));
    if (!first && used + (word - at) + width > columns) {
      text.append(1, '\n').append(indent, ' ');
      used = indent;
    } else {
      text += line.substr(at, word - at);
      used += word - at;
    }
    text += line.substr(word, end - word);
    used += width;
    first = false;
    at = end;
  }
  return text;
}

}  // namespace

int terminal_columns() {
  if (isatty(STDOUT_FILENO) == 0) return 0;
  return comm::launched_rank() ? columns_of_launcher() : columns_of(STDOUT_FILENO);
}

std::size_t display_width(const std::string& text) {
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues));
}

std::string wrapped(const std::string& text, int columns, std::size_t indent) {
  if (columns <= 0) return text;
  std::string result;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    result += wrapped_line(line, static_cast<std::size_t>(columns), indent) + "\n";
  return result;
}

}  // namespace fedmeta::programs
