// The one kind of error a user sees: what went wrong, where, and what to do about it.
#pragma once

#include <stdexcept>
#include <string>

namespace fedmeta {

/// Exit statuses of every program.
enum class Status : int {
  ok = 0,
  invalid = 1,       ///< ran, but a validity check failed
  usage = 2,         ///< unknown or impossible option, key or value; output exists
  input = 3,         ///< bad or missing input data
  own_file = 4,      ///< could not write or read a file of the program's own
  system = 5,        ///< device, MPI or memory problem
  interrupted = 75,  ///< stopped by a signal after writing a checkpoint
};

/// An error to be shown as one line: `WHAT (WHERE): what to do`.
class Error : public std::runtime_error {
 public:
  /// `where` names file, user and index, or option and value; `remedy` says what to do.
  Error(Status status, const std::string& what, const std::string& where, const std::string& remedy);
  /// A line made elsewhere, such as on another rank.
  Error(Status status, const std::string& line) : std::runtime_error(line), status_(status) {}

  Status status() const { return status_; }

 private:
  Status status_;
};

/// What is being caught, as an Error: itself, or Status::system for whatever a library threw. In a catch
/// only.
Error current_error();

/// Prints `PROGRAM: error: MESSAGE` on standard error and returns the exit status.
int report_error(const char* program, const Error& error);

}  // namespace fedmeta
