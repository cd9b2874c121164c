#!/usr/bin/env bash
# The ReFrame test of jobs/reframe on this machine: a good run passes and has its figures, one that fails is found.
# reframe_test.sh PYTHON BENCH WORK; status 77 where there is no ReFrame (ReFrame-HPC of PyPI) in FEDMETA_REFRAME or
# .deps/reframe, nor in PYTHON itself.
set -euo pipefail
python=$1 bench=$(realpath "$2") work=$3
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
jobs=$project/jobs/reframe
export PYTHONPATH=${PYTHONPATH:+$PYTHONPATH:}${FEDMETA_REFRAME:-$project/.deps/reframe}
"$python" -c 'import reframe' 2>/dev/null || { echo "SKIPPED: $python has no ReFrame" && exit 77; }

rm -rf "$work"
mkdir -p "$work"
cd "$work"
export TMPDIR=$PWD PYTHONDONTWRITEBYTECODE=1
check() { # check ARGUMENTS: of fedmeta_bench
  "$python" -c 'from reframe.frontend.cli import main; main()' -C "$jobs/settings.py" --system here:mpirun \
    -c "$jobs/fedmeta_bench.py" --prefix "$PWD" -S executable="$bench" -S arguments="$1" -n 'FedmetaBench.*tasks=1$' \
    --performance-report --nocolor -r
}
small='--dataset synthetic --generated-clients 20 --clients-per-round 4 --rounds 4 --algorithms maml --threads 1'
check "$small" | tee good.log
grep -q 'PASSED.*Ran 1/1' good.log
grep -q 'maml.seconds_per_round *│ s ' good.log
if check "$small --rouns 3" >bad.log; then
  echo 'a run that failed was taken for a good one'
  cat bad.log
  exit 1
fi
grep -q 'Failing phase: sanity' bad.log
