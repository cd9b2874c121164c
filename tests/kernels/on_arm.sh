#!/usr/bin/env bash
# The CPU's kernels on ARM: cross-compiles them for its NEON registers of 16 bytes, and runs their tests in QEMU. By hand,
# in a few minutes; continuous integration has no ARM machine and does not run it.
#
# Needs g++-aarch64-linux-gnu, qemu-user and libgtest-dev, and downloads libtorch's wheel for ARM (400 MB) into
# .deps/libtorch-arm. Arguments go to the test program.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

wheel=.deps/libtorch-arm/torch
for program in aarch64-linux-gnu-g++ qemu-aarch64; do
  command -v "$program" > /dev/null || { echo "on_arm: error: no $program: see this script's first lines" >&2 && exit 2; }
done
if [[ ! -d $wheel ]]; then
  rm -rf .deps/libtorch-arm.part
  platforms=(manylinux{_2_28,_2_27,_2_25,_2_17,2014}_aarch64)
  python3 -m pip install --quiet --disable-pip-version-check --no-cache-dir --no-deps --no-compile \
    --target .deps/libtorch-arm.part "${platforms[@]/#/--platform=}" --python-version 3.11 --only-binary :all: \
    torch==2.11.0 'nvidia-cuda-runtime==13.0.*' 'nvidia-cuda-cupti==13.0.*'
  mv .deps/libtorch-arm.part .deps/libtorch-arm
fi

# Of the machine's own headers {fmt}'s alone.
build=$PWD/build-arm
mkdir -p "$build/include"
ln -sfn /usr/include/fmt "$build/include/fmt"
googletest=/usr/src/googletest/googletest
sources=(src/kernels/*.cpp src/cost/executed_flops.cpp src/device/plugin.cpp
  src/base/{error,file_advice,log_level,terminal_text,text,warning}.cpp
  tests/kernels/*_test.cpp tests/engine/one_thread.cpp "$googletest"/src/{gtest-all,gtest_main}.cc)
rm -f "$build"/*.o
# shellcheck disable=SC2016 # expanded in each compilation's shell
printf '%s\n' "${sources[@]}" | xargs -P "$(nproc)" -I{} bash -c '
  aarch64-linux-gnu-g++ -std=c++20 -O3 -fno-trapping-math -fno-math-errno -DFMT_HEADER_ONLY \
    -DFEDMETA_FMT_VERSION=FMT_VERSION -I src -I tests -isystem "$1/include" -isystem "$2/include" \
    -isystem "$2/include/torch/csrc/api/include" -isystem "$3/include" -isystem "$3" \
    -c {} -o "$1/$(basename {}).o"' _ "$build" "$wheel" "$googletest"
aarch64-linux-gnu-g++ "$build"/*.o -L "$wheel/lib" -ltorch_cpu -lc10 -ldl -lpthread \
  -Wl,--allow-shlib-undefined -o "$build/kernels_test"
exec qemu-aarch64 -L /usr/aarch64-linux-gnu -E LD_LIBRARY_PATH="$PWD/$wheel/lib" "$build/kernels_test" "$@"
