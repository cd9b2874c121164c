// fedmeta_bench from its arguments to its exit status.
#pragma once

#include "comm/communicator.hpp"

namespace fedmeta::app {

/// Collective. Returns the exit status; throws Error, and AgreedError where all ranks do.
int run_bench(const comm::Communicator& world, int argc, char** argv);

}  // namespace fedmeta::app
