#!/usr/bin/env bash
# A whole table on one machine, without Slurm: the runs of jobs/table.sh, one after the other. From the project's
# folder, after the build:
#
#   NP=4 jobs/workstation.sh [ARG...]      the ARGs go to each run
#   fedmeta_report runs/table/*.h5 --out report
#
# NP is the number of ranks, else one for each core. A run that is stopped (status 75) goes on from its checkpoint. After
# Ctrl-C, SIGTERM or a new start of the machine the same command goes on, and passes over what is complete.

jobs=$(dirname "${BASH_SOURCE[0]}")
mapfile -t table < <("$jobs/table.sh") # EDIT that one
# shellcheck source=jobs/launch.sh
source "$jobs/launch.sh"

failed=0
for line in "${table[@]}"; do
  read -ra own <<<"$line"
  status=75
  while ((status == 75)); do
    run "${own[@]}" "$@" --resume && status=0 || status=$?
    [[ ! $told ]] || exit 75
  done
  ((status == 0)) || { echo "workstation.sh: status $status: $line" >&2 && failed=1; }
done
exit $failed
