#!/usr/bin/env python3
"""Copies a results file without the models that --save-model put into it. Usage: without_models.py FILE.h5 COPY.h5

Needs h5py. The copy has no seal; results/compact.sh gives it one, and the space that the models had.
"""
import pathlib
import shutil
import sys

try:
    import h5py
except ImportError:
    sys.exit("without_models: no h5py; install it, or name a Python that has it in FEDMETA_PYTHON")


def main(file, copy):
    part = pathlib.Path(f"{copy}.compact")  # a name that git ignores
    shutil.copyfile(file, part)
    with h5py.File(part, "r+") as results:
        for seeds in results["runs"].values():
            for run in seeds.values():
                run.pop("model", None)
    part.rename(copy)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
