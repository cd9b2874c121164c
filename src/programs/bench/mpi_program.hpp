// The part of main that all MPI programs share.
#pragma once

#include "comm/communicator.hpp"

namespace fedmeta::programs {

struct MpiProgram {
  const char* name;
  /// Prints what the arguments ask for: --help, --version, --print-config. Throws Error(usage).
  void (*answer)(int argc, char** argv);
  /// Returns the exit status. Its errors are printed by one rank: the root if all ranks know of the error
  /// (AgreedError), else the failed rank, which also ends the others.
  int (*run)(const comm::Communicator& world, int argc, char** argv);
};

/// Calls `run` between initialising and finalising MPI, or `answer` without MPI and on the first rank only.
/// Returns the exit status.
int run_mpi_program(const MpiProgram& program, int argc, char** argv);

}  // namespace fedmeta::programs
