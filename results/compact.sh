#!/usr/bin/env bash
# Makes complete results files smaller without a loss: values are compressed and their chunks indexed in less space.
#
#   results/compact.sh FILE.h5...
#
# A file is replaced only when the smaller one has the same values (h5diff), the same tables (fedmeta_report) and a seal
# of its own; else it stays as it is, and the status is 1. What would not become a twentieth smaller stays, too, so a
# second call changes nothing. Needs h5repack and h5diff (Debian: hdf5-tools): without them nothing is done, and one
# line says so.
#
# Environment:
#   FEDMETA_BUILD_DIR  build folder (build in the project's folder)
set -euo pipefail
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${FEDMETA_BUILD_DIR:-$project/build}
report=$(realpath "$build")/bin/fedmeta_report

say() { printf 'compact: %s\n' "$*" >&2; }
(($#)) || { say 'no file given' && exit 2; }
if ! { command -v h5repack && command -v h5diff; } >/dev/null; then
  say 'no h5repack and h5diff (Debian: hdf5-tools); files stay as they are'
  exit 0
fi

work=$(mktemp -d)
part=
trap 'rm -rf "$work" ${part:+"$part"}' EXIT

# Pictures are not needed: the report finds no gnuplot there.
tables() { PATH=$work "$report" "$1" --out "$2" >/dev/null 2>&1; }

# sum FOLDER: the checksum of the file that a report in FOLDER was made of.
sum() {
  awk -F, 'NR == 1 { for (i = 1; i <= NF; ++i) if ($i == "xxh3") column = i } NR == 2 { print $column }' \
    "$1/tables/files.csv"
}

# compact FILE SMALL: writes SMALL. What fails says why.
compact() {
  local file=$1 small=$2 old new
  rm -rf "$work/old" "$work/new" "$small"
  # As fedmeta_bench writes: formats of HDF5 1.10, a checksum for each chunk.
  h5repack --latest --filter=SHUF --filter=GZIP=9 --filter=FLET "$file" "$small" || return 1
  h5diff -q "$file" "$small" || { say "other values: $file" && return 1; }
  { tables "$file" "$work/old" && tables "$small" "$work/new"; } || { say "not readable: $file" && return 1; }
  old=$(sum "$work/old") new=$(sum "$work/new")
  [[ $new =~ ^[0-9a-f]{16}$ ]] || { say "no checksum: $file" && return 1; }
  sed -i "s/,$old,/,$new,/" "$work/old/tables/files.csv"
  diff -r "$work/old/tables" "$work/new/tables" >&2 || { say "other tables: $file" && return 1; }
  printf '\nfedmeta seal XXH3 %s\n' "$new" >>"$small" # docs/results-file.md; a wrong one would be refused
  "$report" --compare "$file" "$small" >/dev/null || { say "not readable with its seal: $file" && return 1; }
}

status=0
for file; do
  [[ -f $file ]] || { say "no such file: $file" && status=1 && continue; }
  small=$work/$(basename "$file") # by the same name, so that reports are alike
  compact "$file" "$small" || { status=1 && continue; }
  before=$(stat -c %s "$file") after=$(stat -c %s "$small")
  ((after < before - before / 20)) || continue
  part=$file.compact # beside the file: renaming is then at once
  cp "$small" "$part"
  mv "$part" "$file"
  say "$file: $before to $after bytes"
done
exit $status
