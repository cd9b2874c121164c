#!/usr/bin/env bash
# Measures this project's engines on a GPU, and PyTorch beside them, in about five minutes. From any folder:
#
#   FEMNIST=femnist.h5 SENT140=sent140.h5 SHAKESPEARE=shakespeare.h5 bench/gpu.sh [ARG...]
#
# ARGs go to fedmeta_bench. Takes the programs of the build, or, where there is none, those on PATH; python3 needs h5py,
# and torch for PyTorch's figures. What fails or takes too long is "-" in the table, with its reason below it.
#
# Environment:
#   PARTS              "tests error rounds pytorch": the tests labelled gpu (or gpu_test), the error against float64
#                      that they print, milliseconds a round at the paper's settings, and PyTorch's
#   FEMNIST, SENT140, SHAKESPEARE       data: what --data takes; absent: a generated stand-in of GENERATED clients (200)
#   GLOVE              word vectors for SENT140, where it is not a compact file
#   FEMNIST_ROUNDS (100), SENT140_ROUNDS (20), SHAKESPEARE_ROUNDS (6); 0 leaves the data set out
#   FEMNIST_PRECISIONS ("fp32 tf32"), SENT140_PRECISIONS, SHAKESPEARE_PRECISIONS (fp32)
#   METHODS            "fedavg fomaml maml meta-sgd"
#   VARIANTS           PyTorch's, "loop graph vmap vmap-graph"
#   LIMIT              seconds for the tests, for a setting's rounds, and for its PyTorch figures, each (90)
#   DEVICE             cuda
#   PYTHON             python3
#   KEEP               folder to keep results files and logs in; absent: a temporary one
#   RESULTS            folder for the JSON, gpu-NAME.json (results/bench of the project)
set -euo pipefail
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${FEDMETA_BUILD_DIR:-$bench/../build}
PATH=$build/bin:$build/tests:$PATH

parts=${PARTS:-tests error rounds pytorch} methods=${METHODS:-fedavg fomaml maml meta-sgd}
variants=${VARIANTS:-loop graph vmap vmap-graph} limit=${LIMIT:-90} device=${DEVICE:-cuda} python=${PYTHON:-python3}
folder=${KEEP:-$(mktemp -d)}
[[ -n ${KEEP-} ]] || trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder"

# Open MPI's: root, as in containers, and no binding, since one rank would get one core.
if ((EUID == 0)); then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
export OMPI_MCA_hwloc_base_binding_policy=${OMPI_MCA_hwloc_base_binding_policy:-none}

asked_for() { [[ " $parts " == *" $1 "* ]]; }
say() { echo "gpu.sh: $*" >&2; }
# value NAME DEFAULT: the environment variable of that name, in capitals.
value() { local name=${1^^}; echo "${!name-$2}"; }

# reason STATUS LOG SECONDS: why a program ended early, in one line.
reason() {
  local line
  line=$(grep -hE '^[a-z_.]+: error: |Error|^RESULT: INVALID|No tests' "$2" | tail -n 1) || true
  if (($1 == 124 || $1 == 137)); then line="stopped after $3 s"; fi
  echo "${line:-exit status $1}"
}

run_tests() {
  local status=0
  if [[ -f $build/CTestTestfile.cmake ]] && command -v ctest > /dev/null; then
    timeout -k 10 "$limit" ctest --test-dir "$build" -L '^gpu$' -V > "$folder/tests.log" 2>&1 || status=$?
  elif command -v gpu_test > /dev/null; then
    timeout -k 10 "$limit" gpu_test > "$folder/tests.log" 2>&1 || status=$?
  else
    echo "not run: no build, and no gpu_test on PATH" > "$folder/tests.log"
  fi
  ((status == 0)) || say "tests: $(reason $status "$folder/tests.log" "$limit") ($folder/tests.log)"
}

# run_rounds SETTING PRECISION DEFAULT_ROUNDS [ARG...]: all methods in one call of the program, which loads the data
# once. Where it breaks off, those after the one it broke off in get another call, while time is left.
run_rounds() {
  local name=$1.$2 end=$((SECONDS + limit)) n=0 rounds status file why reached last method
  local -a left data
  rm -f "$folder/$name".*.h5* "$folder/$name.reasons"
  read -ra left <<< "$methods"
  rounds=$(value "$1_rounds" "$3")
  data=(--generated-clients "${GENERATED:-200}")
  [[ -z $(value "$1" "") ]] || data=(--data "$(value "$1" "")")
  [[ $1 != sent140 || -z ${GLOVE-} ]] || data+=(--glove "$GLOVE")
  while ((${#left[@]} && SECONDS < end)); do
    file=$folder/$name.$((n++)).h5 status=0
    # At SIGUSR1 the program ends in order, and its file keeps the rounds it has.
    timeout -s USR1 -k 10 $((end - SECONDS)) mpirun -np 1 fedmeta_bench --profile paper --dataset "$1" "${data[@]}" \
      --device "$device" --precision "$2" --algorithms "$(IFS=,; echo "${left[*]}")" --rounds "$rounds" \
      --eval-every 0 --checkpoint-every 0 --progress off --output "$file" --force "${@:4}" \
      > "${file%.h5}.log" 2>&1 || status=$?
    ((status)) || return 0
    why=$(reason $status "${file%.h5}.log" "$limit")
    say "$name: $why"
    [[ -f $file.part ]] && file=$file.part
    reached=$("$python" "$bench/gpu_table.py" reached "$file" 2> /dev/null) || reached=
    # All before the last one that the file has are done; if it has none, the first one failed.
    last=${left[0]}
    for method in "${left[@]}"; do if [[ " $reached " == *" $method "* ]]; then last=$method; fi; done
    while [[ ${left[0]} != "$last" ]]; do left=("${left[@]:1}"); done
    echo "${left[0]}: $why" >> "$folder/$name.reasons"
    left=("${left[@]:1}")
  done
  for method in "${left[@]}"; do echo "$method: not begun within $limit s" >> "$folder/$name.reasons"; done
}

# run_pytorch SETTING PRECISION: the same methods at the sizes that the rounds had. What was measured before the time was
# over counts.
run_pytorch() {
  local name=$1.$2 status=0 model=$1 found why
  local -a size
  rm -f "$folder/$name".pytorch.*
  if found=$("$python" "$bench/gpu_table.py" sizes "$folder/$1".*.h5* 2> /dev/null); then
    read -ra size <<< "$found"
    [[ $1 == femnist ]] && model=cnn
    timeout -k 10 "$limit" "$python" "$bench/peer_pytorch.py" --model "$model" --device "$device" --precision "$2" \
      --algorithms "${methods// /,}" --variants "${variants// /,}" --clients "${size[0]}" --samples "${size[1]}" \
      --support "${size[2]}" --seconds 2 --limit $((limit / 3 + 1)) --json "$folder/$name.pytorch.json" \
      > "$folder/$name.pytorch.log" 2>&1 || status=$?
    ((status)) || return 0
    why=$(reason $status "$folder/$name.pytorch.log" "$limit")
  else
    why="no rounds to take the sizes from"
  fi
  say "$name: PyTorch: $why"
  echo "$why" > "$folder/$name.pytorch.reason"
}

if [[ $device == cuda ]]; then
  nvidia-smi --query-gpu=name --format=csv,noheader -i 0 > "$folder/gpu.txt" 2> /dev/null || rm -f "$folder/gpu.txt"
else
  echo "$device" > "$folder/gpu.txt"
fi
if asked_for tests || asked_for error; then run_tests; fi
for setting in femnist:100:"fp32 tf32" sent140:20:fp32 shakespeare:6:fp32; do
  IFS=: read -r name rounds precisions <<< "$setting"
  [[ $(value "${name}_rounds" "$rounds") != 0 ]] || continue
  for precision in $(value "${name}_precisions" "$precisions"); do
    if asked_for rounds; then run_rounds "$name" "$precision" "$rounds" "$@"; fi
    if asked_for pytorch; then run_pytorch "$name" "$precision"; fi
  done
done
"$python" "$bench/gpu_table.py" table "$folder" "${RESULTS:-$bench/../results/bench}"
