#!/bin/sh
# rederivation.sh OUT [REAL]: makes 2,000 re-derivations with rederivation_margins over data sets, networks,
# algorithms, settings and seeds, writes one CSV file per setting into OUT, and prints quantiles of error over
# limit. Skips settings that OUT already has, so it can be stopped and called again. REAL: a folder with the real
# data femnist.h5 (made by fedmeta_data), pg100.txt, sent140.json and glove.txt; without it, uses only generated data.
set -eu
out=$1
real=${2:-}
margins=${FEDMETA_BUILD_DIR:-build}/bin/rederivation_margins
mkdir -p "$out"

# measure NAME SEEDS OPTION...
measure() {
  name=$1 seeds=$2
  shift 2
  [ -e "$out/$name.csv" ] && return
  echo "$name" >&2
  "$margins" --threads "$threads" --rounds "$rounds" --clients-per-round 1 --seeds "$(seq -s, 1 "$seeds")" "$@" \
    >"$out/$name.part"
  mv "$out/$name.part" "$out/$name.csv"
}

meta=fomaml,maml,meta-sgd
all=fedsgd,fedavg,$meta,reptile
threads=1 rounds=1

# The production networks and synthetic's, fast enough for many re-derivations.
for model in lr nn; do
  for batch in 10 0; do
    measure "production-$model-batch$batch" 40 --dataset production --model $model --inner-batch $batch \
      --algorithms mixed,fedavg-meta,$meta,reptile
  done
  (rounds=3; measure "production-$model-trained" 10 --dataset production --model $model --algorithms mixed,fedavg-meta,$meta)
done
measure production-unified 20 --dataset production --model nn-unified --algorithms mixed,maml,meta-sgd
measure production-tanh 10 --dataset production --model nn --activation tanh --algorithms maml,meta-sgd
measure production-bf16 10 --dataset production --precision bf16 --algorithms mixed,fedavg-meta,$meta
measure synthetic 50 --dataset synthetic --algorithms $all
measure synthetic-nn 20 --dataset synthetic --model nn --inner-epochs 5 --inner-batch 0 --algorithms $all
measure synthetic-large-rate 20 --dataset synthetic --model nn --inner-lr 1 --algorithms maml,meta-sgd
(rounds=3; measure synthetic-trained 10 --dataset synthetic --algorithms $all)

# The LSTMs.
measure sent140 10 --dataset sent140 --generated-clients 40 --algorithms $all
(rounds=3; measure sent140-trained 5 --dataset sent140 --generated-clients 40 --algorithms fedavg,maml,meta-sgd)
measure sent140-bf16 5 --dataset sent140 --generated-clients 40 --precision bf16 --algorithms fedavg,maml
measure shakespeare 3 --dataset shakespeare --generated-clients 30 --algorithms fedavg,fomaml,maml,meta-sgd
measure shakespeare-bf16 2 --dataset shakespeare --generated-clients 30 --precision bf16 --algorithms fedavg,maml
if [ -n "$real" ]; then
  measure sent140-real 12 --dataset sent140 --data "$real/sent140.json" --glove "$real/glove.txt" --algorithms $all
  measure shakespeare-real 4 --dataset shakespeare --data "$real/pg100.txt" --max-clients 30 --min-samples 64 \
    --max-samples 1000 --algorithms fedavg,fomaml,maml,meta-sgd
fi

# The image networks, which have near-ties.
measure femnist 8 --algorithms $all
(threads=2; measure femnist-threads2 4 --algorithms fedavg,$meta)
(rounds=3; measure femnist-trained 4 --algorithms fedavg,maml,meta-sgd)
measure femnist-bf16 4 --precision bf16 --algorithms fedavg,$meta
measure femnist-sgd 5 --local-optimizer sgd --local-lr 0.02 --local-epochs 2 --algorithms fedavg,reptile
measure femnist-torch 4 --init torch --algorithms fedavg,$meta
for model in tff-cnn tff-cnn-dropout fedlab-cnn; do
  measure "femnist-$model" 4 --model $model --algorithms fedavg,maml,perfedavg
done
if [ -n "$real" ]; then
  set -- --data "$real/femnist.h5" --min-samples 60
  measure femnist-epochs 24 "$@" --algorithms maml --inner-epochs 5 --inner-batch 10 --inner-lr 0.001
  measure femnist-full 24 "$@" --algorithms maml --inner-epochs 3 --inner-batch 0 --inner-lr 0.01
  measure femnist-real 5 "$@" --algorithms $all
  measure femnist-large-rate 5 "$@" --algorithms maml,meta-sgd --inner-epochs 3 --inner-lr 0.1
fi

# Prints a line for each network and precision: the number of re-derivations, and quantiles of error over limit.
cat "$out"/*.csv | grep -v ^dataset | sort -t, -k1,2 -k4,4 -k9,9g | awk -F, '
  function line(  q) {
    if (!n) return
    printf "%-12s %-16s %-5s %5d  ", set, network, precision, n
    printf "%8.2g %8.2g %8.2g %8.2g\n", v[int((n + 1) / 2)], v[int(n * 0.9 + 0.5)], v[int(n * 0.99 + 0.5)], v[n]
  }
  BEGIN { printf "%-12s %-16s %-5s %5s  %8s %8s %8s %8s\n", "data set", "network", "prec.", "n", "50%", "90%", "99%", "most" }
  { key = $1 "," $2 "," $4; if (key != last) { line(); n = 0 }
    last = key; set = $1; network = $2; precision = $4; v[++n] = $9; total++ }
  END { line(); print total " re-derivations" }'
