// The only kind of error that users see: what went wrong, where, and what to do about it.
#pragma once

#include <stdexcept>
#include <string>

namespace fedmeta {

/// Exit statuses of all programs.
enum class Status : int {
  ok = 0,
  invalid = 1,       ///< the run finished, but a validity check failed
  usage = 2,         ///< unknown or impossible option, key or value, or the output exists already
  input = 3,         ///< bad or missing input data
  own_file = 4,      ///< a file of the program's own could not be written or read
  system = 5,        ///< device, MPI or memory problem
  interrupted = 75,  ///< stopped by a signal after writing a checkpoint
};

/// An error that is shown as one line: `WHAT (WHERE): what to do`.
class Error : public std::runtime_error {
 public:
  /// `where` names the file, user and index, or the option and value; `remedy` says what to do.
  Error(Status status, const std::string& what, const std::string& where, const std::string& remedy);
  /// Takes a complete line, such as one received from another rank.
  Error(Status status, const std::string& line) : std::runtime_error(line), status_(status) {}

  Status status() const { return status_; }

 private:
  Status status_;
};

/// Returns the exception that is being handled as an Error; exceptions of libraries become Status::system.
/// Call it in a catch block only.
Error current_error();

/// Prints `PROGRAM: error: MESSAGE` to standard error, without `error: ` where a signal ended the run.
/// Returns the exit status.
int report_error(const char* program, const Error& error);

}  // namespace fedmeta
