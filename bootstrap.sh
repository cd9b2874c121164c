#!/usr/bin/env bash
# Installs what is missing, builds, and runs. Usage:
#
#   ./bootstrap.sh run [ARG...]         build the programs, then mpirun -np ${NP:-4} fedmeta_bench ARG...
#   ./bootstrap.sh test [CTEST ARG...]  build, then run the test suite, or the tests that the arguments choose
#   ./bootstrap.sh bench [ARG...]       build, then a short run of the microbenchmarks, as JSON
#   ./bootstrap.sh report ARG...        build, then fedmeta_report ARG...
#   ./bootstrap.sh deps [--checks]      only install what is missing (and what .ci/run checks with)
#   ./bootstrap.sh build                only install and build everything
#   ./bootstrap.sh help                 show this
#
# Environment:
#   NP                 number of ranks for `run` (4) and `bench` (2)
#   FEDMETA_BUILD_DIR  build folder (build)
#   CMAKE_PREFIX_PATH  where a libtorch of your own is; none is downloaded then
#
# Needs Debian 12 or a later Debian or Ubuntu, and root or sudo for what apt must install.
# For clusters and other systems see docs/building.md.
set -euo pipefail
caller=$PWD # where the programs run, so that paths in their arguments mean what they meant to the caller
cd "$(dirname "${BASH_SOURCE[0]}")"

# ---- versions -----------------------------------------------------------------------------------
# What is installed from where. cmake/Dependencies.cmake states the same minimums for those who build
# with plain cmake: change both together.

# Distribution packages: NAME>=MINIMUM.
packages=(
  'g++>=12' 'cmake>=3.25' 'ninja-build>=1.11' 'ccache>=4.5' 'mold>=1.0'
  'libopenmpi-dev>=4.1' 'openmpi-bin>=4.1' 'openssh-client>=1' # mpirun stops where it finds no ssh
  'libhdf5-dev>=1.10' 'libcli11-dev>=2.1' 'libsimdjson-dev>=3.0' 'libtomlplusplus-dev>=3.3' 'zlib1g-dev>=1.2'
  'libxxhash-dev>=0.8' 'libfmt-dev>=9'
  'libgtest-dev>=1.12' 'libbenchmark-dev>=1.7' 'gnuplot-nox>=5.4'
  'python3>=3.11' 'python3-pip>=22' # to fetch libtorch, and for tests of the sources
)
# What .ci/run checks with, beside these: another major version formats differently. The Python packages open
# results files in tests; Slurm runs the scripts of jobs/; Clang and its runtime fuzz the parsers
# and build what the sanitizers watch.
check_packages=(
  'slurm-wlm>=21' 'clang-14>=14' 'libclang-rt-14-dev>=14'
  'clang-format-14>=14' 'shellcheck>=0.9'
  'python3-h5py>=3' 'python3-h5netcdf>=1' 'python3-netcdf4>=1' 'python3-xarray>=2023'
)
# libtorch: the PyPI wheel. Its CPU half needs only these two CUDA libraries beside it (1.3 GB);
# a machine with an NVIDIA driver gets the wheel with all that it depends on.
torch='torch==2.11.0'
torch_cpu_needs=('nvidia-cuda-runtime==13.0.*' 'nvidia-cuda-cupti==13.0.*')
# .ci/run's, from PyPI: Debian 12's, version 14, also checks ATen's headers, and takes twice as long.
clang_tidy='clang-tidy==23.1.4'
# Runs the test of jobs/reframe.
reframe='ReFrame-HPC==4.10.4'

# ---- places -------------------------------------------------------------------------------------
deps=.deps
build=${FEDMETA_BUILD_DIR:-build}
[[ $build == /* ]] || build=$PWD/$build
ranks=${NP:-4}
[[ ${1-} != bench ]] || ranks=${NP:-2}

# ---- messages -----------------------------------------------------------------------------------
say() { printf 'bootstrap: [%3d s] %s\n' "$SECONDS" "$*" >&2; }
die() { # die STATUS MESSAGE
  printf 'bootstrap: error: %s\n' "$2" >&2
  exit "$1"
}
usage() { sed -n '2,/^set -euo/{/^#/s/^# \{0,1\}//p}' bootstrap.sh; }

# Says every half minute how far a long step is, by the last line of its log, until standard input ends.
heartbeat() { # heartbeat WHAT LOG
  local status=0
  while :; do
    read -rt 30 || status=$?
    ((status > 128)) || return 0 # not the time limit: the step is over, or whoever runs it is gone
    status=0
    say "$1 goes on: $(tail -c 300 "$2" | tr '\r' '\n' | grep -v '^[[:space:]]*$' | tail -n 1 | cut -c 1-100)"
  done
}

# quietly WHAT LOG COMMAND...: output goes to a log, whose end is shown on failure.
quietly() {
  local what=$1 log=$2 status=0 beat
  shift 2
  : >"$log"
  exec {beat}> >(heartbeat "$what" "$log")
  "$@" >"$log" 2>&1 </dev/null {beat}>&- || status=$?
  exec {beat}>&-
  ((status)) || return 0
  tail -n 40 "$log" >&2
  die 1 "$what failed (status $status): the lines above end the log $log"
}

# ---- distribution packages ----------------------------------------------------------------------
# Prints the packages which are not installed, or older than their minimum.
missing_packages() {
  local -A installed
  local name version status entry
  while read -r status name version; do
    [[ $status == ii* ]] && installed[$name]=${version#*:} # without the epoch
  done < <(dpkg-query -W -f '${db:Status-Abbrev} ${Package} ${Version}\n' "${packages[@]%%>=*}" 2>/dev/null)
  for entry in "${packages[@]}"; do
    name=${entry%%>=*}
    version=${installed[$name]-}
    [[ $version ]] && dpkg --compare-versions "$version" ge "${entry#*>=}" || echo "$name"
  done
}

# Sets as_root to what a command needs in front of it to run as root; fails where nothing helps.
# sudo may ask for a password only where somebody can answer.
find_root() {
  as_root=()
  ((EUID == 0)) && return
  command -v sudo >/dev/null || return 1
  as_root=(sudo)
  sudo -n true 2>/dev/null || { [[ -t 0 ]] && sudo -v; }
}

install_packages() {
  if ! { command -v dpkg-query && command -v apt-get; } >/dev/null; then
    die 2 "this system has no apt (Debian, Ubuntu): install ${packages[*]}, then build with cmake as in docs/building.md"
  fi
  local missing
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]})) || return 0
  find_root ||
    die 2 "packages are missing, and installing them needs root; ask for: apt-get install --no-install-recommends ${missing[*]}"
  say "installing ${#missing[@]} packages: ${missing[*]}"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300)
  quietly 'reading the package lists' $deps/apt-update.log "${apt[@]}" update
  quietly 'installing packages' $deps/apt-install.log "${apt[@]}" install -y --no-install-recommends "${missing[@]}"
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]} == 0)) ||
    die 2 "this distribution's ${missing[*]} is too old (wanted: ${packages[*]}): see docs/building.md"
}

# ---- libtorch -----------------------------------------------------------------------------------
has_nvidia_driver() { [[ -e /proc/driver/nvidia/version ]] || command -v nvidia-smi >/dev/null; }

# Does CMAKE_PREFIX_PATH hold a libtorch, as a wheel or unpacked?
has_own_libtorch() {
  local prefix prefixes
  IFS=: read -ra prefixes <<<"${CMAKE_PREFIX_PATH-}"
  for prefix in "${prefixes[@]}"; do
    [[ -e $prefix/torch/lib/libtorch_cpu.so || -e $prefix/lib/libtorch_cpu.so ]] && return
  done
  return 1
}

# pip_install WHAT TARGET REQUIREMENT...: into a folder that gets its name when it is complete.
pip_install() {
  local what=$1 target=$PWD/$deps/$2.part
  local name=$2
  shift 2
  say "installing $what"
  rm -rf "$target" $deps/tmp
  mkdir -p $deps/tmp
  # No cache: pip would hold the wheel in memory. TMPDIR on the same disk makes its last move a rename.
  quietly "installing $what" $deps/pip.log env TMPDIR="$PWD/$deps/tmp" python3 -m pip install --target "$target" \
    --upgrade --no-compile --only-binary :all: --no-cache-dir --disable-pip-version-check --no-warn-script-location "$@"
  rm -rf "${deps:?}/$name" $deps/tmp
  mv "$target" "$deps/$name"
}

install_libtorch() {
  has_own_libtorch && return
  local closure='cpu' stamp=$deps/libtorch/.closure
  has_nvidia_driver && closure='full'
  local wanted="$torch $closure ${torch_cpu_needs[*]}"
  [[ -f $stamp && $(<"$stamp") == "$wanted" ]] && return

  local requirements=("$torch")
  [[ $closure == full ]] || requirements=(--no-deps "$torch" "${torch_cpu_needs[@]}")
  pip_install "libtorch ($torch, $closure closure)" libtorch "${requirements[@]}"
  echo "$wanted" >$stamp
}

# install_check NAME REQUIREMENT: a program of PyPI, in a folder of its own.
install_check() {
  local stamp=$deps/$1/.version
  [[ -f $stamp && $(<"$stamp") == "$2" ]] && return
  pip_install "$2" "$1" "$2"
  echo "$2" >"$stamp"
}

install_checks() {
  install_check clang-tidy "$clang_tidy"
  install_check reframe "$reframe"
}

# ---- build --------------------------------------------------------------------------------------
install_deps() {
  install_packages
  install_libtorch
}

# build_programs [NAME...]: those named, or all with the tests.
build_programs() {
  local targets=("${@/#/--target=}")
  install_deps
  if [[ ! -f $build/build.ninja ]]; then # ninja runs cmake again by itself when that is due
    say "configuring ${build#"$PWD"/}"
    mkdir -p "$build"
    quietly 'configuring' "$build/configure.log" cmake --preset release -B "$build"
  fi
  if [[ -t 2 ]]; then
    cmake --build "$build" "${targets[@]}" >&2 || die 1 "the build failed: see the lines above"
  else
    say "building ${build#"$PWD"/} (log: ${build#"$PWD"/}/build.log); five minutes on two idle cores, with the tests ten more"
    quietly 'the build' "$build/build.log" cmake --build "$build" "${targets[@]}"
  fi
}

# prepare FUNCTION [ARG...]: one installation or build at a time in a checkout.
prepare() {
  mkdir -p $deps
  exec {lock}>$deps/lock
  flock --nonblock "$lock" || { say 'waiting for another bootstrap.sh in this folder' && flock "$lock"; }
  "$@"
  exec {lock}>&-
}

need_program() {
  [[ -x $build/bin/$1 ]] || die 2 "$build/bin/$1 was not built: this version of the project does not have it yet"
}

# run_program COMMAND...: in the caller's folder, with the program's own exit status.
run_program() {
  cd "$caller"
  exec "$@"
}

# ---- run ----------------------------------------------------------------------------------------
# Variables for Open MPI 4 and 5, for our own calls: another MPI does not look at them.
mpi_environment() {
  if ((EUID == 0)); then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  fi
  if ((ranks > $(nproc))); then
    export OMPI_MCA_rmaps_base_oversubscribe=1 PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe
  fi
  # Up to two ranks would each be bound to one core, whatever the number of their threads.
  export OMPI_MCA_hwloc_base_binding_policy=${OMPI_MCA_hwloc_base_binding_policy:-none}
  export PRTE_MCA_hwloc_default_binding_policy=${PRTE_MCA_hwloc_default_binding_policy:-none}
  if [[ ! -d /sys/devices/system/cpu ]]; then # a bare chroot: spare one complaint a rank about it
    export HWLOC_HIDE_ERRORS=2
  fi
}

run_bench() {
  mpi_environment
  run_program mpirun -np "$ranks" "$build/bin/fedmeta_bench" "$@"
}

run_tests() { # tests/mpi_environment.cmake lets the tests' own mpirun work
  (($#)) || set -- --label-exclude long # what would take the suite beyond ten minutes on two cores
  # Two more than there are cores: starting and ending processes is mostly waiting.
  export CTEST_PARALLEL_LEVEL=${CTEST_PARALLEL_LEVEL:-$(($(nproc) + 2))}
  exec ctest --test-dir "$build" --output-on-failure --no-tests=error "$@"
}

run_microbench() { # docs/performance.md: a long run, and how to compare two
  mpi_environment
  local json=$build/microbench.json
  say "short run on $ranks ranks; the numbers go to $json"
  run_program mpirun -np "$ranks" "$build/bin/fedmeta_microbench" --benchmark_min_time=0.05 \
    --benchmark_out="$json" --benchmark_out_format=json --benchmark_counters_tabular=true "$@"
}

[[ $ranks =~ ^[1-9][0-9]*$ ]] || die 2 "not a number of ranks (NP=$ranks): give 1 or more"
command=${1-help}
shift || true
case $command in
  run)
    prepare build_programs fedmeta_bench fedmeta_data fedmeta_report
    need_program fedmeta_bench
    run_bench "$@"
    ;;
  test)
    prepare build_programs
    run_tests "$@"
    ;;
  bench)
    prepare build_programs fedmeta_microbench
    need_program fedmeta_microbench
    run_microbench "$@"
    ;;
  report)
    prepare build_programs fedmeta_report
    need_program fedmeta_report
    run_program "$build/bin/fedmeta_report" "$@"
    ;;
  build) prepare build_programs ;;
  deps)
    [[ ${1-} != --checks ]] || packages+=("${check_packages[@]}")
    prepare install_deps
    [[ ${1-} != --checks ]] || prepare install_checks
    ;;
  help | -h | --help) usage ;;
  *)
    usage >&2
    die 2 "no such command ($command): give one of those above"
    ;;
esac
