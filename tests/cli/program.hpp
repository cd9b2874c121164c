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

/// An MPI program: alone for ranks = 0, else under mpirun.
Finished run_ranks(const std::string& program, const std::vector<std::string>& arguments, int ranks);
/// fedmeta_bench.
Finished run_bench(const std::vector<std::string>& arguments, int ranks = 0);
Finished run_data(const std::vector<std::string>& arguments);

/// Commands of a shell, to which one of the built programs with its arguments is "$@".
Finished run_by_shell(const std::string& commands, const std::string& program,
                      const std::vector<std::string>& arguments);
/// One of the built programs with its standard output on a device that is always full.
Finished run_with_full_output(const std::string& program, const std::vector<std::string>& arguments);

/// Lines of `text` that begin with `beginning`.
std::vector<std::string> lines_with(const std::string& text, const std::string& beginning);

}  // namespace fedmeta::test
