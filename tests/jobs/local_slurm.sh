#!/usr/bin/env bash
# Runs a command under a Slurm of its own: one node, this machine. Usage: local_slurm.sh FOLDER COMMAND [ARG...]
#
# All that it writes lies in FOLDER, which is made anew; SLURM_CONF leads the command there. Its ports are its own, too,
# so that it never meets another cluster. The node claims four cores, so that jobs of four tasks run on any machine.
# Status 77 where Slurm is not installed (Debian: slurm-wlm), or where a cluster answers already.
set -euo pipefail

skip() {
  echo "SKIPPED: $*"
  exit 77
}
for program in slurmctld slurmd; do
  type -P "$program" "/usr/sbin/$program" >/dev/null || skip "no $program (Debian's package slurm-wlm)"
done
if [[ ${SLURM_CONF-} ]] || timeout 10 scontrol ping 2>/dev/null | grep -q UP; then
  skip 'this machine belongs to a cluster'
fi
PATH=$PATH:/usr/sbin

rm -rf "$1"
mkdir -p "$1/state" "$1/spool"
folder=$(realpath "$1")
shift
chmod 755 "$folder"

pids=()
end() {
  local pid tries
  scancel --user="$(id -un)" 2>/dev/null || true
  for ((tries = 0; tries < 100; ++tries)); do
    [[ $(squeue --noheader 2>/dev/null) ]] || break
    sleep 0.2
  done
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait
}
trap end EXIT

# Two free ports, below those that the kernel gives out.
read -r port other < <(python3 -c '
import random, socket
free = []
while len(free) < 2:
    port = random.randrange(20000, 30000)
    with socket.socket() as one:
        if one.connect_ex(("127.0.0.1", port)) != 0:
            free.append(port)
print(*free)')

# Credentials of a requeued job must have expired before it may start again: the time that it waits at least.
cat >"$folder/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$other
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/none
CredType=cred/none
AuthInfo=cred_expire=5
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
KillWait=30
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=4
PartitionName=test Nodes=ALL Default=YES
CONF
export SLURM_CONF=$folder/slurm.conf

slurmctld -D &>"$folder/slurmctld.out" &
pids+=($!)
slurmd -D &>"$folder/slurmd.out" &
pids+=($!)

for ((tries = 0; tries < 100; ++tries)); do
  [[ $(sinfo --noheader --format %T 2>/dev/null) != idle ]] || break
  sleep 0.2
done
if ((tries == 100)); then
  echo "the node does not come up: see $folder/*.log"
  tail -n 5 "$folder"/*.log "$folder"/*.out
  exit 1
fi
"$@"
