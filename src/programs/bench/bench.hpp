// fedmeta_bench from its arguments to its exit status.
#pragma once

#include "comm/communicator.hpp"

namespace fedmeta::programs {

/// Prints what --help, --version or --print-config ask for, one of which is among the arguments. Needs no
/// MPI. Throws Error(usage).
void answer_bench(int argc, char** argv);

/// Any other arguments. Collective. Returns the exit status; throws Error, and AgreedError where all ranks
/// do.
int run_bench(const comm::Communicator& world, int argc, char** argv);

}  // namespace fedmeta::programs
