// What really reaches MPI, seen from MPI's own profiling layer (MPI 3.1, section 14.2): the second way of
// counting that Communicator::collective_bytes() and the column mpi_bytes are compared with.
#pragma once

#include <cstdint>

namespace fedmeta::test {

/// count x type size that this process handed to MPI_Bcast, MPI_Reduce and MPI_Allreduce so far.
std::int64_t pmpi_bytes();

/// After the next MPI_Bcast flips one bit of what this process received, as a broken network would.
void corrupt_next_broadcast();

}  // namespace fedmeta::test
