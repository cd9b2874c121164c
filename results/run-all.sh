#!/usr/bin/env bash
# The queue that makes results/reference/: one results file for each method and seed of an experiment. From the project's
# folder, whose paths alone then stand in the files; data/ is a folder that git does not see:
#
#   FEMNIST=data/femnist.h5 SENT140=data/sent140.h5 SHAKESPEARE=data/shakespeare.h5 results/run-all.sh [PATTERN...]
#
# Runs the entries whose names match one of the shell PATTERNs, such as 'femnist-20-tuned-*', in their order; without
# one, all. What is there is passed over, and what was stopped goes on from its checkpoint, so the queue can be ended
# with Ctrl-C and started again at any time. results/README.md says where the data come from. An entry whose data are not
# named is passed over, and said.
#
#   results/run-all.sh --list [PATTERN...]     names, expected hours on 2 cores of 2026, and whether they are there
#
# Environment:
#   NP       ranks, one thread each (2)
#   RUN      what starts them ("nice mpirun -np $NP"), such as srun in a job
#   OPTIONS  more options of fedmeta_bench for all entries, such as "--device cuda"
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
reference=results/reference
bench=${FEDMETA_BUILD_DIR:-build}/bin/fedmeta_bench
ranks=${NP:-2}
read -ra start <<< "${RUN:-nice mpirun -np $ranks}"
read -ra options <<< "${OPTIONS-}"
list=false
[[ ${1-} != --list ]] || { list=true && shift; }
patterns=("$@")
failed=0

wanted() {
  ((${#patterns[@]})) || return 0
  local pattern
  # shellcheck disable=SC2053 # a pattern is what is asked for
  for pattern in "${patterns[@]}"; do [[ $1 == $pattern ]] && return 0; done
  return 1
}

# entry NAME HOURS DATA ARG...: DATA is the name of the variable that names the data, or "-" for none.
entry() {
  local name=$1 hours=$2 data=$3 file=$reference/$1.h5
  shift 3
  wanted "$name" || return 0
  if $list; then
    printf '%-44s %5s  %s\n' "$name" "$hours" "$([[ -e $file ]] && echo there || echo -)"
    return 0
  fi
  [[ ! -e $file ]] || return 0
  if [[ $data != - ]]; then
    [[ ${!data-} ]] || { printf 'run-all: passed over, no %s: %s\n' "$data" "$name" >&2 && return 0; }
    set -- --data "${!data}" "$@"
  fi
  printf 'run-all: %s, about %s h on 2 cores\n' "$name" "$hours" >&2
  if "${start[@]}" "$bench" --threads 1 --progress off --resume --output "$file" "$@" "${options[@]}" \
    > "$reference/$name.log"; then
    ! $compacting || results/compact.sh "$file" || failed=1
  else
    failed=$? && printf 'run-all: %s ended with status %d\n' "$name" "$failed" >&2
  fi
  # Stopped: the rest of the queue is to wait, too.
  ((failed != 75 && failed < 128)) || exit "$failed"
}

# What each method needs depends on the experiment; fedavg-meta shares fedavg's training.
methods=("fedavg,fedavg-meta" fomaml maml meta-sgd)
export OMPI_MCA_hwloc_base_binding_policy=${OMPI_MCA_hwloc_base_binding_policy:-none}
if ((EUID == 0)); then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
mkdir -p $reference
compacting=true
if ! command -v h5repack >/dev/null; then
  compacting=false
  $list || echo 'run-all: no h5repack (Debian: hdf5-tools): files stay as large as they are written' >&2
fi

# FEMNIST, 275 writers of at least 100 samples, Chen et al.'s protocol: 1,000 of 2,000 rounds.
for profile in tuned paper; do
  for seed in 1 2 3; do
    hours=(0.3 0.15 0.2 0.3)
    for i in "${!methods[@]}"; do
      entry "femnist-20-$profile-${methods[i]%%,*}-$seed" "${hours[i]}" FEMNIST \
        --config "configs/$profile/femnist-20.toml" --min-samples 100 --rounds 1000 --eval-every 20 \
        --algorithms "${methods[i]}" --seeds $seed
    done
  done
done

# Sent140, accounts addressed by at least 25 tweets: 400 rounds.
for profile in paper tuned; do
  for support in 20 50 90; do
    for seed in 1 2 3; do
      hours=(0.15 0.15 0.3 0.3)
      for i in "${!methods[@]}"; do
        entry "sent140-$support-$profile-${methods[i]%%,*}-$seed" "${hours[i]}" SENT140 \
          --config "configs/$profile/sent140-$support.toml" --rounds 400 --eval-every 20 \
          --algorithms "${methods[i]}" --seeds $seed
      done
    done
  done
done

# Shakespeare, the 528 roles of 287 to 3,132 windows, on a CPU with at most 120 windows drawn from each a round.
for seed in 1 2 3; do
  hours=(3 3 5 5)
  for i in "${!methods[@]}"; do
    entry "shakespeare-20-paper-${methods[i]%%,*}-$seed" "${hours[i]}" SHAKESPEARE \
      --config "configs/paper/shakespeare-20.toml" --min-samples 287 --max-samples 3132 --rounds 400 \
      --eval-every 20 --clients-per-round 10 --episode-samples 120 --eval-clients 20 \
      --algorithms "${methods[i]}" --seeds $seed
  done
done

# The production task, prodsim at full size: Table 3 and Figures 6 and 7.
for name in table3-80-lr table3-80-nn table3-5-lr table3-5-nn figure6-lr figure6-nn figure7-lr figure7-nn; do
  entry "production-$name" 0.2 - --config "configs/paper/$name.toml"
done

exit $failed
