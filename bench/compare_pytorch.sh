#!/usr/bin/env bash
# Measures one client's task here and in PyTorch as an expert writes it (bench/peer_pytorch.py), taking turns on one core
# with one thread each, in about a quarter of an hour. From any folder:
#
#   bench/compare_pytorch.sh
#
# Takes fedmeta_microbench of the build. Installs PyTorch into a virtual environment, .deps/peer (5 GB), unless PYTHON
# names a Python that has it. Prints the ratios and writes all of it as JSON into results/bench/.
#
# Environment:
#   RUNS       turns, whose median counts (5)
#   SUBJECTS   "femnist-cnn:165 shakespeare-lstm:60 sent140-lstm:60": subjects of fedmeta_microbench and the samples of
#              the client, a fifth of them support
#   METHODS    "fedavg fomaml maml meta-sgd"
#   CORE       the core that both are bound to (the last one)
#   PYTHON     a Python with PyTorch
#   RESULTS    the folder for the JSON (results/bench)
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$bench")
microbench=${FEDMETA_BUILD_DIR:-$root/build}/bin/fedmeta_microbench
python=${PYTHON:-$root/.deps/peer/bin/python} runs=${RUNS:-5} core=${CORE:-$(($(nproc) - 1))}
methods=${METHODS:-fedavg fomaml maml meta-sgd}
subjects=${SUBJECTS:-femnist-cnn:165 shakespeare-lstm:60 sent140-lstm:60}
declare -A peer_of=([femnist-cnn]=cnn [shakespeare-lstm]=shakespeare [sent140-lstm]=sent140)

die() {
  printf 'compare_pytorch: error: %s\n' "$1" >&2
  exit 2
}

[[ -x $microbench ]] || die "no $microbench: ./bootstrap.sh build"
if [[ ! ${PYTHON-} && ! -x $python ]]; then
  printf 'compare_pytorch: installing PyTorch into .deps/peer\n' >&2
  rm -rf "$root/.deps/peer.part"
  python3 -m venv "$root/.deps/peer.part"
  "$root/.deps/peer.part/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir torch==2.11.0 numpy
  mv "$root/.deps/peer.part" "$root/.deps/peer"
fi
"$python" -c 'import torch' || die "$python has no PyTorch: name one that has it (PYTHON=...), or remove .deps/peer"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
on_core=(taskset --cpu-list "$core")

# ours SUBJECT SAMPLES METHOD RUN; theirs alike: each writes one JSON file.
ours() {
  "${on_core[@]}" "$microbench" --client-samples "$2" --benchmark_filter="^client_task/$3/$1/batch:10/" \
    --benchmark_min_time=2 --benchmark_out="$folder/$1.$3.$4.ours.json" --benchmark_out_format=json \
    > "$folder/log" 2>&1 || { cat "$folder/log" >&2 && die "fedmeta_microbench failed"; }
}
theirs() {
  "${on_core[@]}" "$python" -B "$bench/peer_pytorch.py" --model "${peer_of[$1]}" --clients 1 --samples "$2" \
    --algorithms "$3" --variants loop --channels-last --threads 1 --seconds 4 \
    --json "$folder/$1.$3.$4.theirs.json" > "$folder/log" 2>&1 || { cat "$folder/log" >&2 && die "PyTorch failed"; }
}

for ((run = 1; run <= runs; ++run)); do
  for subject in $subjects; do
    [[ ${peer_of[${subject%:*}]-} ]] || die "PyTorch's side does not know ${subject%:*} (SUBJECTS)"
    printf 'compare_pytorch: turn %d of %d, %s\n' "$run" "$runs" "$subject" >&2
    for method in $methods; do
      ours "${subject%:*}" "${subject#*:}" "$method" "$run"
      theirs "${subject%:*}" "${subject#*:}" "$method" "$run"
    done
  done
done
"$python" -B "$bench/pytorch_table.py" "$folder" "${RESULTS:-$root/results/bench}"
