// What is known about the ranks before MPI_Init.
#pragma once

#include <functional>
#include <optional>

namespace fedmeta::comm {

/// Returns the value of an environment variable, or null if it is not set.
using Variables = std::function<const char*(const char* name)>;

/// Returns the rank that a launcher (mpirun, mpiexec, srun) gave to this process, or nothing if it was
/// started without one. In a Slurm job, the job's variables alone do not count as a launcher; a step of
/// several tasks does.
std::optional<int> launched_rank();
std::optional<int> launched_rank(const Variables& variables);

/// Lets MPI_Init start a process without a launcher as the only rank, without help from other programs. Call
/// it before MPI_Init.
void start_alone();

}  // namespace fedmeta::comm
