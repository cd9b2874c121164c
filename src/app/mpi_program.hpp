// What the mains of the MPI programs share.
#pragma once

#include "comm/communicator.hpp"

namespace fedmeta::app {

/// Runs `program` between MPI's beginning and end and returns the exit status. What it throws is said by one
/// rank: the root where all ranks know of it (AgreedError), else the rank that failed, which ends the others.
int run_mpi_program(const char* name, int (*program)(const comm::Communicator& world, int argc, char** argv),
                    int argc, char** argv);

}  // namespace fedmeta::app
