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
root=$(git -C "$examples" rev-parse --show-toplevel)
export CMAKE_PREFIX_PATH="${CMAKE_PREFIX_PATH:-$root/.deps/libtorch}" # as bootstrap.sh
git clone --quiet "$root" "$1"
cd "$1"
shift

for example in "$examples"/*/; do
  name=$(basename "$example")
  cp -r "$example/src" .
  # An entry is FILE: TEXT, and may go on in lines that begin with blanks.
  while IFS= read -r line; do
    [[ $line == " "* ]] || { file=${line%%: *} line=${line#*: }; }
    printf '%s\n' "$line" >> "$file"
  done < "$example/lines"
  git add -A
  echo "== $name"
  git diff --cached --numstat | awk '{ print "  " $3 ": " $1 " lines added, " $2 " removed" }'
  entries=$(grep -c '^[^ ]' "$example/lines")
  [[ $entries -le 2 ]] || fail "$entries entries in existing files ($name): at most one of CMake and one of a list"
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
