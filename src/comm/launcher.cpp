#include "comm/launcher.hpp"

#include <cstdlib>

namespace fedmeta::comm {

std::optional<int> launched_rank(const Variables& variables) {
  // Open MPI's mpirun; PMIx (srun, Open MPI 5); PMI (MPICH, Intel MPI, srun); Cray.
  for (const auto* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "PALS_RANKID"})
    if (const char* rank = variables(name)) return std::atoi(rank);
  // srun by itself. A job's shell and `srun --pty bash` are steps of one task, or no step.
  const char* tasks = variables("SLURM_STEP_NUM_TASKS");
  const char* rank = variables("SLURM_PROCID");
  if (tasks && rank && std::atoi(tasks) > 1) return std::atoi(rank);
  return {};
}

std::optional<int> launched_rank() {
  return launched_rank([](const char* name) { return std::getenv(name); });
}

void start_alone() {
  // Open MPI 4 would start a daemon, which needs ssh. Open MPI 5 and MPICH do not.
  setenv("OMPI_MCA_ess_singleton_isolated", "1", /*overwrite=*/0);
  // All such processes of a user would share one session folder, which the first to end removes while another
  // begins in it. A rank by itself keeps nothing there.
  setenv("OMPI_MCA_orte_create_session_dirs", "0", /*overwrite=*/0);
  // Open MPI takes a process that sees this variable of a Slurm job, and those of a step, for a task of srun.
  unsetenv("SLURM_NODELIST");
}

}  // namespace fedmeta::comm
