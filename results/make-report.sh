#!/usr/bin/env bash
# Makes the report of the files in results/reference/ and results/selection/, the tables in results/tables/, and the
# numbers in docs/findings.md. Build first (./bootstrap.sh build).
#
#   results/make-report.sh [OUT]           all of it; OUT (reference-report in the build folder) is emptied first
#   results/make-report.sh --check [OUT]   makes the tables anew, without pictures, and compares them and the numbers in
#                                          docs/findings.md byte for byte with what is there: status 1 at a difference
#
# OUT/all/report.html has all files of results/reference/. The tables are of reports of their own, one for each group
# below: FedAvg, whose cost others are compared with, is then the one with rates of the same kind. Status 3: there is no
# results file.
#
# Environment:
#   FEDMETA_BUILD_DIR  build folder (build)
set -euo pipefail
caller=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=${FEDMETA_BUILD_DIR:-build}
report=$build/bin/fedmeta_report
tables=results/tables
findings=docs/findings.md

say() { printf 'make-report: %s\n' "$*" >&2; }
die() { # die STATUS MESSAGE
  say "error: $2"
  exit "$1"
}

check=false
[[ ${1-} != --check ]] || { check=true && shift; }
if (($# > 1)) || [[ ${1-} == -* ]]; then die 2 'usage: results/make-report.sh [--check] [OUT]'; fi
[[ -x $report ]] || die 2 "$report is not there: ./bootstrap.sh build makes it, or name its folder in FEDMETA_BUILD_DIR"
out=${1:-$build/reference-report}
[[ ! ${1-} || $1 == /* ]] || out=$caller/$1
[[ ! -e $out || -e $out/made-by-make-report ]] || die 2 "$out is there, and not by this script: choose another folder"
rm -rf "$out"
mkdir -p "$out/tables"
touch "$out/made-by-make-report" "$out/tables/.gitkeep" # git keeps no empty folder

# Names of files, by group. What is in no group is in the whole report alone.
declare -A groups=(
  [published]='femnist-*-paper-* sent140-*-paper-* shakespeare-*-paper-*'
  [selected]='femnist-*-tuned-* sent140-*-tuned-* shakespeare-*-tuned-*'
  [bf16]='bf16-*'
  [production]='production-*'
  [jiang]='jiang-*'
  [fedlab]='fedlab-*'
  [flower]='flower-*'
  [scaling]='scaling-*'
)

# report_of NAME [OPTION...] FILE...: OUT/NAME.
report_of() {
  local name=$1 path=$PATH
  shift
  ! $check || path=$out/tables # no gnuplot there
  PATH=$path "$report" "$@" --out "$out/$name" >/dev/null 2>"$out/$name.err" && return
  cat "$out/$name.err" >&2
  die 4 "no report of $name: the line above says why"
}

# group NAME [OPTION...] FILE...: a report and its tables.
group() {
  report_of "$@"
  python3 results/findings.py tables "$out/$1" "$out/tables/$1"
}

shopt -s nullglob
reference=(results/reference/*.h5)
selection=(results/selection/*.h5)
$check || ((${#reference[@]} == 0)) || report_of all "${reference[@]}"
for name in "${!groups[@]}"; do
  files=()
  read -ra patterns <<<"${groups[$name]}"
  for pattern in "${patterns[@]}"; do
    # shellcheck disable=SC2206 # a pattern is to become names
    files+=(results/reference/$pattern.h5)
  done
  ((${#files[@]} == 0)) || group "$name" "${files[@]}"
done
# A choice needs two candidates of one method.
if ((${#selection[@]} > 1)); then group selection --select "${selection[@]}"; fi
results/run-all.sh --list >"$out/list"
cp $findings "$out/findings.md"
python3 results/findings.py numbers "$out/list" "$out/tables" "$out/findings.md"

status=0
((${#reference[@]} + ${#selection[@]})) || { say 'no results file yet: results/run-all.sh makes them' && status=3; }
if $check; then
  diff -r "$out/tables" "$tables" >&2 || status=1
  diff "$out/findings.md" $findings >&2 || status=1
  ((status != 1)) || say 'differs from what is committed: results/make-report.sh writes it anew'
else
  rm -rf "$tables"
  cp -r "$out/tables" "$tables"
  cp "$out/findings.md" $findings
  [[ ! -e $out/all ]] || say "report: $out/all/report.html"
fi
exit $status
