#!/usr/bin/env bash
# Prints the arguments of fedmeta_bench for each run of a table, a line each: data set x support x method x seed.
# jobs/array.sbatch and jobs/workstation.sh make these runs. Arguments must not contain spaces.

# ---- EDIT, or set the variable in capitals: what the table is of ---------
profile=${PROFILE:-paper}
datasets=${DATASETS:-femnist shakespeare sent140}
supports=${SUPPORTS:-0.2 0.5 0.9}
methods=${METHODS:-fedavg,fedavg-meta fomaml maml meta-sgd} # joined by a comma, they share one training
seeds=${SEEDS:-1 2 3}
declare -A data=(
  # [femnist]='--data data/femnist.h5'
  # [shakespeare]='--data data/shakespeare'
  # [sent140]='--data data/sent140 --glove data/glove.6B.300d.txt'
) # what is not here is generated
results=${RESULTS:-runs/table}
# ---- END -----------------------------------------------------------------

set -euo pipefail
for dataset in $datasets; do
  for support in $supports; do
    for method in $methods; do
      for seed in $seeds; do
        echo "--profile $profile --dataset $dataset ${data[$dataset]-} --support-fraction $support" \
          "--algorithms $method --seeds $seed --output $results/$dataset-$support-${method//,/+}-seed$seed.h5"
      done
    done
  done
done
