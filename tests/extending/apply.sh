#!/usr/bin/env bash
# Applies the worked examples of docs/extending.md to a clean checkout, as a reader would: copies the files below src/ of
# each and adds its lines (the file `lines`). Prints the files that each touches, builds the programs, and runs what
# stands in the file `run` of each. Fails where an example needs more than files of its own, one line of CMake and one
# of an explicit list.
#
# Usage: tests/extending/apply.sh FOLDER [CMAKE ARGUMENT ...]    FOLDER is made, and must not be there
set -euo pipefail

fail() { echo "apply.sh: error: $1" >&2; exit 1; }

[[ $# -ge 1 ]] || fail "no folder (FOLDER): say where the checkout goes"
[[ ! -e $1 ]] || fail "is there already ($1): remove it, or choose another folder"
examples=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
git clone --quiet "$(git -C "$examples" rev-parse --show-toplevel)" "$1"
cd "$1"
shift

for example in "$examples"/*/; do
  name=$(basename "$example")
  cp -r "$example/src" .
  while IFS= read -r line; do
    printf '%s\n' "${line#*: }" >> "${line%%: *}"
  done < "$example/lines"
  git add -A
  echo "== $name"
  git diff --cached --numstat | awk '{ print "  " $3 ": " $1 " lines added, " $2 " removed" }'
  changed=$(git diff --cached --diff-filter=M --numstat | awk '{ lines += $1 + $2 } END { print lines + 0 }')
  [[ $changed -le 2 ]] || fail "$changed lines of existing files ($name): at most one of CMake and one of a list"
  git -c user.name=example -c user.email=example@localhost commit --quiet -m "Apply $name"
done

cmake -S . -B build -G Ninja -DBUILD_TESTING=OFF -DFEDMETA_MICROBENCH=OFF "$@" > configure.log || { cat configure.log; exit 1; }
cmake --build build > build.log || { tail -40 build.log; exit 1; }
PATH="$PWD/build/bin:$PATH"
for example in "$examples"/*/; do
  echo "== $(basename "$example"): $(cat "$example/run")"
  bash -euo pipefail "$example/run" > run.log 2>&1 || { cat run.log; exit 1; }
  tail -1 run.log
done
