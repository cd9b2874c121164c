#!/usr/bin/env bash
# Strong and weak scaling on this machine, beside what --dry-run predicts. From the project's folder:
#
#   bench/scaling.sh [ARG...]     the ARGs go to fedmeta_bench, before those that this script sets
#
# Environment:
#   RANKS      rank counts, "1 2 4"
#   CLIENTS    clients a round; weak scaling: clients a round for each rank (4)
#   RUNS       runs of which the median counts (5)
#   ALGORITHM  maml
#
# Prints one line for each count, tab-separated: what, ranks, clients a round, seconds a round as predicted
# and as measured, speed relative to the first count. docs/performance.md says how to read it.
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

# value WORD: the number of the line "WORD <algorithm>.seconds_per_round = <number> s".
value() { awk -v word="$1" -v name="$algorithm.seconds_per_round" '$1 == word && $2 == name { print $4 }'; }
median() { sort -g | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

printf 'scaling\tranks\tclients\tpredicted\tmeasured\tspeed\n'
for scaling in strong weak; do
  first=
  for np in $ranks; do
    [[ $scaling == weak ]] && cohort=$((clients * np)) || cohort=$clients
    predicted=$(bench "$np" "$cohort" --dry-run | value PREDICTED)
    measured=$(for ((run = 0; run < runs; ++run)); do bench "$np" "$cohort" | value FOM; done | median)
    # Clients a second, so that both kinds of scaling are perfect where speed grows as the ranks.
    speed=$(awk -v c="$cohort" -v s="$measured" 'BEGIN { print c / s }')
    first=${first:-$speed}
    printf '%s\t%d\t%d\t%.4f\t%.4f\t%.2f\n' "$scaling" "$np" "$cohort" "$predicted" "$measured" \
      "$(awk -v a="$speed" -v b="$first" 'BEGIN { print a / b }')"
  done
done
