// What can be known of the ranks before MPI begins.
#pragma once

#include <functional>
#include <optional>

namespace fedmeta::comm {

/// The value of an environment variable, null where it is not set.
using Variables = std::function<const char*(const char* name)>;

/// The rank that a launcher (mpirun, mpiexec, srun) gave to this process; nothing where it was started
/// without one. Inside a Slurm job, too: a job's variables alone are no launcher, a step of several tasks is.
std::optional<int> launched_rank();
std::optional<int> launched_rank(const Variables& variables);

/// Lets MPI_Init start a process without a launcher as the only rank, without help from other programs. To
/// be called before it.
void start_alone();

}  // namespace fedmeta::comm
