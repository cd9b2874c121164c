#!/usr/bin/env bash
# Builds the parsers' fuzzers and runs each. Usage: tests/fuzz/run.sh SECONDS_PER_TARGET [TARGET...]
#
# Inputs that reach new code are kept in build-fuzz/corpus/TARGET, and taken up by the next run. An input that a parser
# fails on is kept in build-fuzz/findings; the status is then 1. As many fuzzers run at a time as there are cores.
# Without names, `results` and `data_file` are left out: damaged files crash the HDF5 library itself.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

[[ ${1-} =~ ^[1-9][0-9]*$ ]] || { echo "usage: tests/fuzz/run.sh SECONDS_PER_TARGET [TARGET...]" >&2 && exit 2; }
seconds=$1
shift
targets=("$@")
build=$PWD/build-fuzz
((${#targets[@]})) ||
  mapfile -t targets < <(sed -n 's/^TARGET(\([a-z_]*\),.*/\1/p' tests/fuzz/targets.def | grep -vxE 'results|data_file')

[[ -f $build/build.ninja ]] || cmake --preset fuzz
cmake --build --preset fuzz
findings=$build/findings
mkdir -p "$findings" "$build/logs"
TMPDIR=$(mktemp -d "$([[ -d /dev/shm ]] && echo /dev/shm || echo /tmp)/fedmeta-fuzz-XXXXXX") # for the input files
trap 'rm -rf "$TMPDIR"' EXIT
rm -rf "$build/seeds"
"$build/bin/fuzz_write_seeds" "$build/seeds"

# fuzz TARGET
fuzz() {
  local target=$1 options=() folder
  local kept=$build/corpus/$target
  mkdir -p "$kept"
  local folders=("$kept")
  for folder in "tests/fuzz/corpus/$target" "$build/seeds/$target"; do
    [[ ! -d $folder ]] || folders+=("$folder")
  done
  local most=65536 # bytes of an input
  [[ $target != results && $target != data_file ]] || most=3000000
  local dictionary=tests/fuzz/dictionaries/${target%_gzip}
  [[ ! -f $dictionary ]] || options+=(-dict="$dictionary")
  # A small quarantine: memory that is used again needs no new pages.
  ASAN_OPTIONS=quarantine_size_mb=4 "$build/bin/fuzz_$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
    -malloc_limit_mb=512 -max_len="$most" -artifact_prefix="$findings/$target-" -print_final_stats=1 "${options[@]}" \
    "${folders[@]}" >"$build/logs/$target.log" 2>&1
}

# One line about a run, from its log.
report() { # report TARGET OUTCOME
  local log=$build/logs/$1.log last
  last=$(grep -aE '^#[0-9]+.* cov: [0-9]+' "$log" | tail -n 1)
  printf '%-14s %-8s %9s executions, %5s edges, %6s features\n' "$1" "$2" "$(sed -E 's/^#([0-9]+).*/\1/' <<<"$last")" \
    "$(sed -E 's/.* cov: ([0-9]+).*/\1/' <<<"$last")" "$(sed -E 's/.* ft: ([0-9]+).*/\1/' <<<"$last")"
}

export -f fuzz report
export build seconds findings TMPDIR
run_one() {
  if fuzz "$1"; then
    report "$1" passed
  else
    report "$1" FAILED
    grep -aE 'ERROR|SUMMARY|terminate|what\(\)|Test unit written|held' "$build/logs/$1.log" | head -n 8
    return 1
  fi
}
export -f run_one
printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I TARGET bash -c 'run_one TARGET'
