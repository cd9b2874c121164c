// Runs the built programs as a user would, and catches what they say.
#pragma once

#include <string>
#include <vector>

namespace fedmeta::test {

struct Finished {
  int status = 0;  ///< exit status; 128 + signal where a signal ended it; 124 where it ran past its time
  std::string out, err;
};

/// Files are named by their path, other programs found along PATH. Ends it, and what it started, after
/// `seconds`.
Finished run_command(const std::vector<std::string>& command, int seconds = 240);

/// The command of an MPI program under mpirun; itself for ranks = 0.
std::vector<std::string> on_ranks(std::vector<std::string> command, int ranks);
/// An MPI program: alone for ranks = 0, else under mpirun.
Finished run_ranks(const std::string& program, const std::vector<std::string>& arguments, int ranks);
/// fedmeta_bench.
Finished run_bench(const std::vector<std::string>& arguments, int ranks = 0);
Finished run_data(const std::vector<std::string>& arguments);

/// Where fedmeta_bench, fedmeta_data or fedmeta_report was built.
std::string path_of(const std::string& program);
/// Commands of a shell, to which one of these with its arguments is "$@".
Finished run_by_shell(const std::string& commands, const std::string& program,
                      const std::vector<std::string>& arguments);
/// One of these with its standard output on a device that is always full.
Finished run_with_full_output(const std::string& program, const std::vector<std::string>& arguments);
/// The command with bash's redirections or pipes after it, such as "| head -3": with its own status, and what
/// is left of its output.
Finished run_redirected(const std::vector<std::string>& command, const std::string& redirection);

/// The command on a terminal of so many columns, which is standard output and error at once: all in `out`.
Finished run_on_terminal(const std::vector<std::string>& command, int columns, int seconds = 240);
/// The lines that were drawn on a terminal, however often each was drawn anew over the last one (\r).
std::vector<std::string> drawn_lines(const std::string& out);

/// Lines of `text` that begin with `beginning`.
std::vector<std::string> lines_with(const std::string& text, const std::string& beginning);

}  // namespace fedmeta::test
