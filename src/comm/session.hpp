// Start and end of MPI, and checked calls.
#pragma once

#include <string>

namespace fedmeta::comm {

/// MPI_Init to MPI_Finalize. Create exactly one, in main, before using anything else of this room.
class Session {
 public:
  Session(int& argc, char**& argv);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
};

/// Throws Error(system) if an MPI call did not return MPI_SUCCESS.
void check(int code, const char* call);

/// Ends all ranks at once with this exit status, for errors that only this rank knows of.
[[noreturn]] void abort(int status);

/// Returns the MPI library's name and version in one line, such as "Open MPI v4.1.4".
std::string library_version();

}  // namespace fedmeta::comm
