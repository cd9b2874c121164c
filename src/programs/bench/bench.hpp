// fedmeta_bench, from its arguments to its exit status.
#pragma once

#include "comm/communicator.hpp"

namespace fedmeta::programs {

/// Prints what --help, --version or --print-config ask for; one of them must be among the arguments. Needs no
/// MPI. Throws Error(usage).
void answer_bench(int argc, char** argv);

/// Collective. Handles all other arguments. Returns the exit status. Throws Error, or AgreedError if all
/// ranks throw it.
int run_bench(const comm::Communicator& world, int argc, char** argv);

}  // namespace fedmeta::programs
