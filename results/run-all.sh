#!/usr/bin/env bash
# The queue that makes results/reference/ and results/selection/: one results file for each method and seed of an
# experiment. From the project's folder, whose paths alone then stand in the files; data/ is a folder that git does not
# see:
#
#   FEMNIST=data/femnist.h5 SENT140=data/sent140.h5 SHAKESPEARE=data/shakespeare.h5 results/run-all.sh [PATTERN...]
#
# Runs the entries whose names match one of the shell PATTERNs, such as 'femnist-20-tuned-*', in their order; without
# one, all. What is there is passed over, and what was stopped goes on from its checkpoint, so the queue can be ended
# with Ctrl-C and started again at any time. Started several times, once for each core, the queues share the entries.
# results/README.md says where the data come from. An entry whose data are not named, or that starts from a model that
# is not there, is passed over, and said.
#
#   results/run-all.sh --list [PATTERN...]      names, hours, and whether they are there; then the sums
#   results/run-all.sh --settings [PATTERN...]  has fedmeta_bench resolve the settings of each entry; trains nothing
#
# Hours are those of one rank of one thread on one of two busy cores of 2026: processor seconds of a few rounds x
# rounds, and evaluations. Those of FedLab, Flower and central training follow from their FLOPs.
#
# Environment:
#   NP       ranks, one thread each (1)
#   RUN      what starts them ("nice mpirun -np $NP"), such as srun in a job
#   OPTIONS  more options of fedmeta_bench for all entries, such as "--device cuda"
#   FEDMETA_PYTHON  Python with h5py, to take models out of files (python3)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bench=${FEDMETA_BUILD_DIR:-build}/bin/fedmeta_bench
read -ra start <<< "${RUN:-nice mpirun -np ${NP:-1}}"
read -ra options <<< "${OPTIONS-}"
mode=run
case ${1-} in
  --list | --settings) mode=${1#--} && shift ;;
  -*) printf 'run-all: no such option: %s\n' "$1" >&2 && exit 2 ;;
esac
patterns=("$@")
failed=0
listed='' # a line for each entry: folder, hours, whether it is there

say() { printf 'run-all: %s\n' "$*" >&2; }

wanted() {
  ((${#patterns[@]})) || return 0
  local pattern
  # shellcheck disable=SC2053 # a pattern is what is asked for
  for pattern in "${patterns[@]}"; do [[ $1 == $pattern ]] && return 0; done
  return 1
}

list() { # list NAME HOURS FILE
  local folder state=there
  folder=${3%/*}
  [[ $folder == results/* ]] || folder=runs/reference
  [[ -e $3 ]] || state=-
  printf '%-44s %5s  %s\n' "$1" "$2" $state
  listed+="$folder $2 $state"$'\n'
}

# train FILE ARG...: unless another queue is at it, or was in the meantime.
train() {
  local file=$1 log=${1%.h5}.log status=0
  shift
  mkdir -p "$(dirname "$file")"
  exec {lock}>>"$log"
  flock --nonblock "$lock" || { exec {lock}>&- && return 0; }
  if [[ ! -e $file ]]; then
    "${start[@]}" "$bench" --threads 1 --progress off --resume --output "$file" "$@" "${options[@]}" >"$log" ||
      status=$?
    if ((status)); then
      failed=$status
      say "$file ended with status $status"
    elif [[ $file == results/* ]] && $compacting; then
      results/compact.sh "$file" || failed=1
    fi
  fi
  exec {lock}>&-
  # Stopped: the rest of the queue is to wait, too.
  ((status != 75 && status < 128)) || exit "$status"
}

# work NAME HOURS FILE DATA ARG...: DATA is the name of the variable that names the data, or "-" for none.
work() {
  local name=$1 hours=$2 file=$3 data=$4
  shift 4
  case $mode in
    list) list "$name" "$hours" "$file" && return 0 ;;
    settings)
      "$bench" --print-config "$@" "${options[@]}" >/dev/null || { failed=2 && say "cannot run: $name"; }
      return 0
      ;;
  esac
  [[ ! -e $file ]] || return 0
  if [[ $data != - ]]; then
    [[ ${!data-} ]] || { say "passed over, no $data: $name" && return 0; }
    set -- --data "${!data}" "$@"
  fi
  local i from
  for ((i = 1; i < $#; ++i)); do
    [[ ${!i} == --start-from ]] || continue
    from=$((i + 1)) && from=${!from%%:*}
    [[ -e $from ]] || { say "passed over, no $from: $name" && return 0; }
  done
  say "$name, about $hours h"
  train "$file" "$@"
}

# entry NAME HOURS DATA ARG...: a file of results/reference/ or, by its name, of results/selection/.
entry() {
  local folder=results/reference
  [[ $1 != select-* ]] || folder=results/selection
  ! wanted "$1" || work "$1" "$2" "$folder/$1.h5" "${@:3}"
}

# model NAME HOURS DATA ARG...: a file with its models, which other entries start from; it is not committed. NAME is
# BASE-SEED, the file runs/reference/seedSEED/BASE.h5: a report pools seeds that start from files of one name.
model_of() { printf 'runs/reference/seed%s/%s.h5' "${1##*-}" "${1%-*}"; }
model() { ! wanted "$1" || work "$1" "$2" "$(model_of "$1")" "${@:3}" --save-model; }

# both NAME MODEL HOURS DATA ARG...: an entry that is a model's file without the model. Where the entry is there, as in
# a clone, the model is not made again.
both() {
  local name=$1 file=results/reference/$1.h5 model
  model=$(model_of "$2")
  wanted "$name" || return 0
  if [[ $mode != run ]]; then
    work "$name" "$3" "$file" "${@:4}" --save-model
  elif [[ ! -e $file ]]; then
    work "$name" "$3" "$model" "${@:4}" --save-model
    [[ -e $model ]] || return 0
    "${FEDMETA_PYTHON:-python3}" results/without_models.py "$model" "$file" || { failed=$? && return 0; }
    ! $compacting || results/compact.sh "$file" || failed=1
  fi
}

# What each method needs depends on the experiment; fedavg-meta shares fedavg's training.
methods=("fedavg,fedavg-meta" fomaml maml meta-sgd)
export OMPI_MCA_hwloc_base_binding_policy=${OMPI_MCA_hwloc_base_binding_policy:-none}
if ((EUID == 0)); then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
compacting=false
if [[ $mode == run ]]; then
  mkdir -p results/reference results/selection
  if command -v h5repack >/dev/null; then
    compacting=true
  else
    say 'no h5repack (Debian: hdf5-tools): files stay as large as they are written'
  fi
fi

# ---- 1. The published rates ---------------------------------------------------------------------

# FEMNIST, 275 writers of at least 100 samples, Chen et al.'s protocol: 1,000 of 2,000 rounds.
femnist_20() { # femnist_20 PROFILE
  local seed i hours=(0.55 0.4 0.5 0.6)
  for seed in 1 2 3; do
    for i in "${!methods[@]}"; do
      entry "femnist-20-$1-${methods[i]%%,*}-$seed" "${hours[i]}" FEMNIST \
        --config "configs/$1/femnist-20.toml" --min-samples 100 --rounds 1000 --eval-every 20 \
        --algorithms "${methods[i]}" --seeds $seed
    done
  done
}
femnist_20 paper

# Sent140, accounts addressed by at least 25 tweets: 400 rounds.
sent140() { # sent140 PROFILE
  local support seed i hours=(0.3 0.2 0.3 0.4)
  for support in 20 50 90; do
    for seed in 1 2 3; do
      for i in "${!methods[@]}"; do
        entry "sent140-$support-$1-${methods[i]%%,*}-$seed" "${hours[i]}" SENT140 \
          --config "configs/$1/sent140-$support.toml" --rounds 400 --eval-every 20 \
          --algorithms "${methods[i]}" --seeds $seed
      done
    done
  done
}
sent140 paper

# Shakespeare: roles of about 287 to 3,132 windows as in configs/paper/shakespeare-20.toml, but a tenth of each role's
# windows, drawn at random (29 to 313), and 5 roles a round instead of 50; 400 rounds. Seed 1 shows whether they suffice
# to leave the plateau of letter frequencies (19%).
roles=(--scale 0.1 --min-samples 29 --max-samples 313 --max-clients 528 --clients-per-round 5)
for seed in 1 2 3; do
  hours=(1 1 1.3 1.3)
  for i in "${!methods[@]}"; do
    entry "shakespeare-20-paper-${methods[i]%%,*}-$seed" "${hours[i]}" SHAKESPEARE \
      --config configs/paper/shakespeare-20.toml "${roles[@]}" --rounds 400 --eval-every 20 \
      --algorithms "${methods[i]}" --seeds $seed
  done
done

# The same with products rounded to bf16, one method, as long as tells whether accuracy suffers.
rounded() { # rounded DATASET-SUPPORT ROUNDS HOURS DATA ARG...
  local seed
  for seed in 1 2 3; do
    entry "bf16-$1-fomaml-$seed" "$3" "$4" --config "configs/paper/$1.toml" --rounds "$2" --eval-every 20 \
      --algorithms fomaml --seeds $seed --precision bf16 "${@:5}"
  done
}
rounded femnist-20 200 0.1 FEMNIST --min-samples 100
rounded sent140-20 200 0.13 SENT140
rounded shakespeare-20 100 0.4 SHAKESPEARE "${roles[@]}"

# The production task, prodsim at full size: 7,000 users train, 2,369 are tested. Table 3, and Figure 6 with a fifth of
# the test users until the last evaluation. A file of 20,000 episodes has 1.3 MB for each method, so for Table 3 these
# and others are models, which entries without rounds evaluate.
for network in nn lr; do
  both "production-80-meta-$network-1" "production-80-$network-model-1" 0.7 - \
    --config "configs/paper/figure6-$network.toml" --eval-clients 474
done
entry production-80-counting 0.05 - --config configs/paper/table3-80-lr.toml --algorithms mfu,mru,nb
entry production-5-counting 0.05 - --config configs/paper/table3-5-lr.toml --algorithms mfu,mru,nb
for network in nn lr; do
  for support in 80 5; do
    entry "production-$support-self-$network-100" 0.1 - --config "configs/paper/table3-$support-$network.toml" \
      --algorithms self
  done
done
evaluated() { # evaluated NAME HOURS CONFIG ALGORITHMS SEED ARG...: a model, and what its methods reach
  local name=$1 cost=$2 config=$3 algorithms=$4 seed=$5 method
  shift 5
  model "$name-model-$seed" "$cost" - --config "$config" --algorithms "$algorithms" --seeds "$seed" "$@"
  for method in ${algorithms//,/ }; do
    entry "$name-$method-$seed" 0.05 - --config "$config" --algorithms "$method" --seeds "$seed" "$@" --rounds 0 \
      --start-from "$(model_of "$name-model-$seed"):$method"
  done
}
for seed in 1 2; do
  for network in nn lr; do
    for support in 80 5; do
      evaluated "production-$support-$network" 0.15 "configs/paper/table3-$support-$network.toml" maml,meta-sgd $seed
    done
  done
done
# MIXED and SELF with all their steps, on the last 50 users; the others train. Of SELF also its curve, Figure 7.
last=(--train-share 0.9947)
for support in 80 5; do
  evaluated "production-$support-mixed" 1 "configs/paper/table3-$support-unified.toml" mixed 1 "${last[@]}"
done
for network in lr nn; do
  entry "production-80-self-$network-10000" 0.3 - --config "configs/paper/figure7-$network.toml" "${last[@]}"
  entry "production-5-self-$network-10000" 0.1 - --config "configs/paper/table3-5-$network-10000.toml" "${last[@]}"
done

# ---- 2. Equal effort: six settings of the rates for each method, by validation clients ----------

# selection DATASET ROUNDS DATA RATES_OF_FEDAVG RATES_OF_THE_OTHERS HOURS... -- ARG...: the published rates come first.
selection() {
  local dataset=$1 rounds=$2 data=$3 rates rate i hours=()
  read -ra rates <<<"$4"
  read -ra pairs <<<"$5"
  shift 5
  while [[ $1 != -- ]]; do hours+=("$1") && shift; done
  shift
  for ((i = 0; i < ${#rates[@]}; ++i)); do
    entry "select-$dataset-fedavg-${rates[i]}" "${hours[0]}" "$data" "$@" --rounds "$rounds" --eval-every "$rounds" \
      --eval-on both --algorithms fedavg,fedavg-meta --seeds 1 --local-lr "${rates[i]}"
    rate=${pairs[i]}
    for method in 1 2 3; do
      entry "select-$dataset-${methods[method]}-${rate/\//-}" "${hours[method]}" "$data" "$@" --rounds "$rounds" \
        --eval-every "$rounds" --eval-on both --algorithms "${methods[method]}" --seeds 1 \
        --inner-lr "${rate%/*}" --outer-lr "${rate#*/}"
    done
  done
}
selection femnist 300 FEMNIST "1e-4 2e-4 5e-4 1e-3 2e-3 5e-3" \
  "1e-3/1e-4 1e-3/1e-3 5e-3/5e-4 5e-3/1e-3 1e-2/5e-4 1e-2/1e-3" 0.14 0.1 0.13 0.16 -- \
  --config configs/paper/femnist-20.toml --min-samples 100
selection sent140 200 SENT140 "1e-3 1e-4 3e-4 3e-3 1e-2 3e-2" \
  "1e-3/1e-4 1e-3/1e-3 1e-2/1e-3 1e-1/1e-3 1e-2/5e-3 1e-1/5e-3" 0.15 0.1 0.15 0.2 -- \
  --config configs/paper/sent140-20.toml

# ---- 3. The selected rates ----------------------------------------------------------------------

femnist_20 tuned
# Until configs/tuned has rates for Sent140, these would be the runs of `paper` again (docs/tuning.md).
if grep -qE '^(set|[a-z]+-lr) = ' configs/tuned/sent140-*.toml; then sent140 tuned; fi

# ---- 4. Jiang et al. ----------------------------------------------------------------------------

# Table 1 on 275 writers, of which the first 200 train; 15 of the other 75 are evaluated every tenth round. Everything
# else starts from the models of E = 10: fine-tuning by each of the server's optimisers (Table 3), Figures 2 to 4.
writers=(--min-samples 100 --train-share 0.7273)
for seed in 1 2 3; do
  entry jiang-table1-m5-e2-$seed 0.9 FEMNIST --config configs/jiang/table1-m5-e2.toml "${writers[@]}" \
    --eval-clients 15 --seeds $seed
  both jiang-table1-m5-e10-$seed figure2-fedavg10-table1-$seed 2.7 FEMNIST \
    --config configs/jiang/table1-m5-e10.toml "${writers[@]}" --eval-clients 15 --seeds $seed
  from=(--rounds 0 --start-from "$(model_of figure2-fedavg10-table1-$seed):perfedavg" --save-model=false)
  for optimizer in adam momentum sgd; do
    entry jiang-table3-$optimizer-$seed 0.2 FEMNIST --config "configs/jiang/table3-$optimizer.toml" "${writers[@]}" \
      --seeds $seed "${from[@]}"
  done
  entry jiang-figure3-reptile1-$seed 0.1 FEMNIST --config configs/jiang/figure3-reptile1.toml "${writers[@]}" \
    --seeds $seed "${from[@]}"
done
for optimizer in sgd adam; do
  entry jiang-figure2-fedavg10-$optimizer 0.3 FEMNIST --config "configs/jiang/figure2-fedavg10-$optimizer.toml" \
    "${writers[@]}" --rounds 0 --start-from "$(model_of figure2-fedavg10-table1-1):perfedavg" --save-model=false
done
for k in 10 1; do
  both jiang-figure2-reptile$k-sgd figure2-reptile$k-sgd-1 0.3 FEMNIST \
    --config configs/jiang/figure2-reptile$k-sgd.toml "${writers[@]}" \
    --start-from "$(model_of figure2-fedavg10-table1-1):perfedavg"
  entry jiang-figure2-reptile$k-adam 0.3 FEMNIST --config configs/jiang/figure2-reptile$k-adam.toml "${writers[@]}" \
    --start-from "$(model_of figure2-reptile$k-sgd-1):perfedavg"
done
# 10 and 50 epochs over the 200 writers' training samples, 100 samples a round.
hours=(0.6 2)
for epochs in 10 50; do
  both jiang-figure2-central$epochs-sgd figure2-central$epochs-sgd-1 "${hours[epochs / 50]}" FEMNIST \
    --config configs/jiang/figure2-central$epochs-sgd.toml "${writers[@]}" --rounds $((298 * epochs))
  entry jiang-figure2-central$epochs-adam 0.3 FEMNIST --config configs/jiang/figure2-central$epochs-adam.toml \
    "${writers[@]}" --start-from "$(model_of figure2-central$epochs-sgd-1):perfedavg"
done

# ---- 5. FedLab, Flower, scaling -----------------------------------------------------------------

# FedLab's cell of 5 clients and E = 5, on writers (its README) and on label shards (the older one).
entry fedlab-m5-e5-writers-1 2.8 FEMNIST --config configs/fedlab/m5-e5.toml --partition writers --min-samples 100
entry fedlab-m5-e5-shards-1 1.9 FEMNIST --config configs/fedlab/m5-e5.toml
# Flower's four runs on FEMNIST: 500 of its 2,000 rounds.
hours=(0.3 0.3 0.6 0.7)
for method in fedavg fedavg-meta maml meta-sgd; do
  entry flower-femnist-$method-1 "${hours[0]}" FEMNIST --config configs/flower/femnist-$method.toml \
    --min-samples 100 --rounds 500
  hours=("${hours[@]:1}")
done
# Strong and weak scaling. The machine must be idle otherwise: one queue, and this part alone.
if [[ ! ${RUN-} ]]; then
  scaling() { # scaling KIND RANKS CLIENTS
    start=(mpirun -np "$2")
    entry "scaling-$1-np$2" 0.03 - --profile paper --generated-clients 60 --rounds 20 --eval-every 0 \
      --algorithms fedavg,maml --clients-per-round "$3"
  }
  export OMPI_MCA_rmaps_base_oversubscribe=1 # four ranks on two cores
  for np in 1 2 4; do scaling strong $np 4; done
  for np in 2 4; do scaling weak $np $((4 * np)); done
fi

if [[ $mode == list ]]; then
  printf '%s' "$listed" | sort -s -k 1,1 | awk '
    function sum() {
      if (n) printf "# %s: %d of %d files there; %.1f of %.1f hours left\n", folder, there, n, left, hours
    }
    $1 != folder { sum(); folder = $1; n = there = left = hours = 0 }
    { ++n; hours += $2; if ($3 == "there") ++there; else left += $2 }
    END { sum() }'
fi
exit $failed
