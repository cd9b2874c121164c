// What the mains of the MPI programs share.
#pragma once

#include "comm/communicator.hpp"

namespace fedmeta::programs {

struct MpiProgram {
  const char* name;
  /// Prints what the arguments ask for: --help, --version, --print-config. Throws Error(usage).
  void (*answer)(int argc, char** argv);
  /// Returns the exit status. What it throws is said by one rank: the root where all ranks know of it
  /// (AgreedError), else the rank that failed, which ends the others.
  int (*run)(const comm::Communicator& world, int argc, char** argv);
};

/// Runs `run` between MPI's beginning and end, or `answer` without MPI and on the first rank alone. Returns
/// the exit status.
int run_mpi_program(const MpiProgram& program, int argc, char** argv);

}  // namespace fedmeta::programs
