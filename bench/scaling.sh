#!/usr/bin/env bash
# Measures strong and weak scaling on this machine, beside the prediction of --dry-run. From the project's folder:
#
#   bench/scaling.sh [ARG...]     ARGs go to fedmeta_bench, before those that this script sets
#
# Environment:
#   RANKS      rank counts, "1 2 4"
#   CLIENTS    clients per round; in weak scaling, per round and rank (4)
#   RUNS       number of runs, whose median counts (5)
#   ALGORITHM  maml
#
# Prints a tab-separated line for each count: kind of scaling, ranks, clients per round, predicted and measured
# seconds per round, speed relative to the first count. docs/performance.md explains how to read it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

ranks=${RANKS:-1 2 4} clients=${CLIENTS:-4} runs=${RUNS:-5} algorithm=${ALGORITHM:-maml}
(($#)) || set -- --profile paper --generated-clients 60 --rounds 10

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# bench NP CLIENTS [ARG...]: one run of fedmeta_bench with the script's arguments.
arguments=("$@")
bench() {
  NP=$1 ./bootstrap.sh run "${arguments[@]}" --algorithms "$algorithm" --clients-per-round "$2" --threads 1 \
    --eval-every 0 --progress off --output "$folder/run.h5" --force "${@:3}"
}

# value WORD: prints the number in the line "WORD <algorithm>.seconds_per_round = <number> s".
value() { awk -v word="$1" -v name="$algorithm.seconds_per_round" '$1 == word && $2 == name { print $4 }'; }
median() { sort -g | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

printf 'scaling\tranks\tclients\tpredicted\tmeasured\tspeed\n'
for scaling in strong weak; do
  first=
  for np in $ranks; do
    [[ $scaling == weak ]] && cohort=$((clients * np)) || cohort=$clients
    predicted=$(bench "$np" "$cohort" --dry-run | value PREDICTED)
    measured=$(for ((run = 0; run < runs; ++run)); do bench "$np" "$cohort" | value FOM; done | median)
    # Clients per second: both kinds of scaling are perfect if speed grows in proportion to the ranks.
    speed=$(awk -v c="$cohort" -v s="$measured" 'BEGIN { print c / s }')
    first=${first:-$speed}
    printf '%s\t%d\t%d\t%.4f\t%.4f\t%.2f\n' "$scaling" "$np" "$cohort" "$predicted" "$measured" \
      "$(awk -v a="$speed" -v b="$first" 'BEGIN { print a / b }')"
  done
done
