#!/usr/bin/env bash
# Runs a command under a Slurm of its own. Usage: local_slurm.sh FOLDER COMMAND [ARG...]
#
# It has two nodes of two cores, n1 and n2, which are both this machine. All that it writes lies in FOLDER, which is
# made anew; SLURM_CONF leads the command there. Its ports are its own, too, so that it never meets another cluster.
# Status 77 where Slurm is not installed (Debian: slurm-wlm), or where a cluster answers already.
set -euo pipefail
PATH=$PATH:/usr/sbin

skip() {
  echo "SKIPPED: $*"
  exit 77
}
for program in slurmctld slurmd; do
  type -P $program >/dev/null || skip "no $program (Debian's package slurm-wlm)"
done
if [[ ${SLURM_CONF-} ]] || timeout 10 scontrol ping 2>/dev/null | grep UP; then
  skip 'this machine belongs to a cluster'
fi

rm -rf "$1"
mkdir -p "$1"/{state,n1,n2}
folder=$(realpath "$1")
shift

# Three free ports in a row, below those that the kernel gives out.
port=$(python3 -c '
import random, socket
while True:
    first = random.randrange(20000, 30000)
    sockets = [socket.socket() for _ in range(3)]
    if all(one.connect_ex(("127.0.0.1", first + i)) for i, one in enumerate(sockets)):
        break
print(first)')
host=$(hostname -s)
user=$(id -un)

# cred_expire is what a requeued job waits at least, 120 s by default. TmpFS: two nodes cannot share what PMIx puts there.
cat >"$folder/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/none
CredType=cred/none
AuthInfo=cred_expire=5
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/%n/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/%n.log
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/%n
TmpFS=$folder/%n
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
NodeName=n[1-2] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + 2))] CPUs=2
PartitionName=test Nodes=ALL Default=YES
CONF
export SLURM_CONF=$folder/slurm.conf
# Ranks of different nodes must not find each other in shared memory.
export OMPI_MCA_btl=self,tcp OMPI_MCA_btl_tcp_if_include=lo

daemons=()
end() {
  local tries
  scancel --user="$user" 2>/dev/null || true
  for ((tries = 0; tries < 100; ++tries)); do
    [[ $(squeue --noheader 2>/dev/null) ]] || break
    sleep 0.2
  done
  kill "${daemons[@]}" 2>/dev/null || true
  wait
}
trap end EXIT
slurmctld -D &>"$folder/slurmctld.out" &
daemons+=($!)
for node in n1 n2; do
  slurmd -D -N $node &>"$folder/$node.out" &
  daemons+=($!)
done

for ((tries = 0; tries < 100; ++tries)); do
  [[ $(sinfo --noheader --format '%D %T' 2>/dev/null) != '2 idle' ]] || break
  sleep 0.2
done
if ((tries == 100)); then
  echo 'the nodes do not come up'
  tail -n 5 "$folder"/*.log "$folder"/*.out
  exit 1
fi
"$@"
