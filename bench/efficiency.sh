#!/usr/bin/env bash
# Measures the efficiency of whole runs, for each algorithm and both reductions. From the project's folder:
#
#   bench/efficiency.sh --profile paper --data PATH --rounds 20     arguments go to fedmeta_bench
#
# Environment:
#   NP          ranks, one thread each (2)
#   RUNS        number of runs, whose median counts (5)
#   ALGORITHMS  "fedavg fomaml maml meta-sgd"
#   REDUCTIONS  "native reproducible"
#
# Prints a tab-separated line for each: algorithm, reduction, median, lowest and highest efficiency. Runs the
# algorithms in turns, so that a machine that slows down affects all of them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

runs=${RUNS:-5} algorithms=${ALGORITHMS:-fedavg fomaml maml meta-sgd}
reductions=${REDUCTIONS:-native reproducible}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

for ((run = 0; run < runs; ++run)); do
  for reduction in $reductions; do
    for algorithm in $algorithms; do
      NP=${NP:-2} ./bootstrap.sh run "$@" --algorithms "$algorithm" --reduction "$reduction" --threads 1 \
        --eval-every 0 --progress off --output "$folder/run.h5" --force |
        awk -v name="$algorithm.efficiency" '$1 == "FOM" && $2 == name { print $4 }' \
          >> "$folder/$algorithm.$reduction"
    done
  done
done

printf 'algorithm\treduction\tmedian\tlowest\thighest\n'
for reduction in $reductions; do
  for algorithm in $algorithms; do
    sort -g "$folder/$algorithm.$reduction" |
      awk -v OFS='\t' -v a="$algorithm" -v r="$reduction" \
        '{ all[NR] = $1 } END { print a, r, all[int((NR + 1) / 2)], all[1], all[NR] }'
  done
done
