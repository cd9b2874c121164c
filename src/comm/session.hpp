// MPI's beginning and end, and checked calls.
#pragma once

#include <string>

namespace fedmeta::comm {

/// MPI_Init .. MPI_Finalize. Exactly one, in main, before anything else of this room is used.
class Session {
 public:
  Session(int& argc, char**& argv);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
};

/// Throws Error(system) where an MPI call did not return MPI_SUCCESS.
void check(int code, const char* call);

/// Ends all ranks at once with this exit status. For errors that only this rank knows of.
[[noreturn]] void abort(int status);

/// "Open MPI v4.1.4" or whatever the library calls itself, one line.
std::string library_version();

}  // namespace fedmeta::comm
