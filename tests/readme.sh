#!/usr/bin/env bash
# The README as a newcomer meets it: every command, in its order, in a fresh clone of what is committed here, and
# its Python snippet. Usage: tests/readme.sh [FOLDER]; the clone is made in FOLDER, or in a temporary one.
#
# It is quick because compiled sources come from ccache and libtorch from this checkout. What this machine
# cannot run (Slurm's commands, the snippet without h5py) is passed over, and said.
set -euo pipefail
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=${FEDMETA_PYTHON:-python3}

place=${1-}
[[ $place ]] || { place=$(mktemp -d) && trap 'rm -rf "$place"' EXIT; }
place=$(realpath "$place")
clone=$place/fedmeta_bench
git clone --quiet "$checkout" "$clone"
if [[ -d $checkout/.deps/libtorch ]]; then
  mkdir "$clone/.deps"
  ln -s "$checkout/.deps/libtorch" "$clone/.deps/libtorch"
fi
[[ ! -d $checkout/../shared ]] || ln -s "$checkout/../shared" "$place/shared" # the real data that tests look for
cd "$clone"

# Commands are the README's lines indented by four spaces; the snippet is what it marks as Python.
fence='^```'
mapfile -t commands < <(sed "/$fence/,/$fence/d" README.md | sed -n 's/^    //p')
sed -n "/${fence}python/,/$fence/{/$fence/d;p}" README.md >"$place/snippet.py"
if ((${#commands[@]} < 10)) || [[ ! -s $place/snippet.py ]]; then
  echo 'README: commands or snippet not found'
  exit 1
fi

ran=0 passed_over=0
for command in "${commands[@]}"; do # in this shell, where an `export` lasts, as in a user's
  program=${command%% *}
  if [[ $program =~ ^(sbatch|srun)$ ]] && ! timeout 10 sinfo &>/dev/null; then
    printf '\n==== README: passed over, no Slurm answers: %s\n' "$command"
    ((++passed_over))
    continue
  fi
  printf '\n==== README: %s\n' "$command"
  eval "$command" </dev/null || { echo "README: FAILED with status $?: $command" && exit 1; }
  ((++ran))
done
if "$python" -c 'import h5py' 2>/dev/null; then
  printf '\n==== README: the Python snippet\n'
  "$python" "$place/snippet.py" || { echo 'README: FAILED: the Python snippet' && exit 1; }
  ((++ran))
else
  printf '\n==== README: passed over, no h5py in %s: the Python snippet\n' "$python"
  ((++passed_over))
fi
left=$(git status --porcelain)
[[ -z $left ]] || { printf 'README: FAILED: its commands leave files that git sees:\n%s\n' "$left" && exit 1; }
printf '\nREADME: %d commands ran, %d passed over\n' "$ran" "$passed_over"
