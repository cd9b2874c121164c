#!/usr/bin/env bash
# What the jobs of this folder share. They source it with the arguments of fedmeta_bench as their own. It goes to the
# folder of submission and sets
#
#   bench     the program: that of the build folder there, else an installed one
#   launch    the command that starts its ranks, an array
#   settings  what the arguments mean, as TOML; wrong ones end the job here, with status 2
#
# and adds --threads to a job's arguments, the cores of a task, where neither they nor their --config have it.
set -euo pipefail

# A signal that reaches this shell, from now on, reaches the ranks as SIGUSR1, since mpirun kills its ranks on SIGINT and
# SIGTERM. `told` names it.
told='' ranks=''
for signal in INT TERM USR1; do
  # shellcheck disable=SC2064 # the name of now
  trap "told=$signal; [[ ! \$ranks ]] || kill -USR1 \$ranks || true" "$signal"
done

cd "${SLURM_SUBMIT_DIR:-.}"

built=${FEDMETA_BUILD_DIR:-build}/bin/fedmeta_bench
bench=$built
if [[ ! -x $built ]] && ! bench=$(type -P fedmeta_bench); then
  echo "jobs: error: no program ($built in $PWD, PATH): start this from the project's folder, after the build, or put" \
    "an installed fedmeta_bench into PATH" >&2
  exit 2
fi

# srun starts the ranks where Slurm and MPI share PMIx: it binds them, counts their time and passes signals on.
# Otherwise mpirun, which asks Slurm for the same nodes. LAUNCH says something else.
if [[ ${LAUNCH-} ]]; then
  read -ra launch <<<"$LAUNCH"
elif [[ ! ${SLURM_JOB_ID-} ]]; then
  launch=(setsid mpirun ${NP:+-np "$NP"}) # in a session of its own, where Ctrl-C does not kill it
elif [[ $(srun --mpi=list 2>&1) == *pmix* ]]; then
  launch=(srun --mpi=pmix)
else
  launch=(mpirun)
fi
export SRUN_CPUS_PER_TASK=${SLURM_CPUS_PER_TASK:-1} # srun does not take it over by itself since Slurm 22.05
# mpirun would bind ranks to one core each, or to a socket, whatever --cpus-per-task says.
export OMPI_MCA_hwloc_base_binding_policy=none PRTE_MCA_hwloc_default_binding_policy=none
# scancel reaches mpirun, too, which then kills its ranks: after a second, too soon for many a checkpoint.
export OMPI_MCA_odls_base_sigkill_timeout=5

settings=$("$bench" --print-config "$@") || exit
if [[ ${SLURM_JOB_ID-} && $settings == *$'\nthreads = 0\n'* ]]; then set -- "$@" --threads "$SRUN_CPUS_PER_TASK"; fi

# run ARG...: starts the program on all ranks and returns its status.
run() {
  local status
  [[ ! $told ]] || return 75
  echo "${SLURM_JOB_ID:+job $SLURM_JOB_ID on $SLURM_JOB_NODELIST: }${launch[*]} $bench $*"
  "${launch[@]}" "$bench" "$@" </dev/null &
  ranks=$!
  [[ ! $told ]] || kill -USR1 "$ranks"
  wait "$ranks" && status=0 || status=$?
  while kill -0 "$ranks" 2>/dev/null; do # it was a signal that ended the wait
    wait "$ranks" || true
  done
  wait "$ranks" && status=0 || status=$?
  ranks=
  return "$status"
}

# run_on ARG...: the same with --resume, and where the run was stopped, not cancelled, the job goes back into the
# queue, to go on from the checkpoint; at most `requeues` times.
run_on() {
  local status
  run "$@" --resume && status=0 || status=$?
  ((status == 75)) && [[ $(squeue --noheader --jobs "$SLURM_JOB_ID" --format %T) == RUNNING ]] || return "$status"
  if ((${SLURM_RESTART_COUNT:-0} >= ${requeues:-100})); then
    echo "jobs: error: not complete after ${SLURM_RESTART_COUNT} requeues: is --time long enough for a round?" >&2
    return "$status"
  fi
  scontrol requeue "$SLURM_JOB_ID" # ends this script
  sleep 60
}
