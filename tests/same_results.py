#!/usr/bin/env python3
"""same_results.py [--any-ranks] A.h5 B.h5: whether two results files hold the same run, in all but what depends on the
clock and on the machine, and on whether it went through at once. With --any-ranks the numbers of ranks and the text of
the settings may differ, too. Prints each difference; status 1 if there is one. Needs h5py."""

import re
import sys

import h5py
import numpy

# By name; all else is compared, the schema's version, too.
CLOCK = (r"(rank_)?seconds(_\w+)?|gemm_flops_per_second(_end)?|created|git_commit|version|command_line|host|pid"
         r"|resumed|cpus?|gpus?|slurm_job_id")
WHOLE_GROUPS = {"phases"}  # which a run that went on does not have
RANKS = r"rank|device|threads|world_size|mpi_bytes|device_bytes|settings"


def depends_on_the_clock(name):
    left_out = CLOCK + ("|" + RANKS if "--any-ranks" in sys.argv else "")
    parts = re.split("[/@]", name)
    return re.fullmatch(left_out, parts[-1]) or WHOLE_GROUPS.intersection(parts)


def contents(path):
    """Every dataset, and every attribute as PATH@NAME."""
    found = {}
    with h5py.File(path) as file:

        def add(name, node):
            for key, value in node.attrs.items():
                if key not in ("REFERENCE_LIST", "DIMENSION_LIST"):
                    found[f"{name}@{key}"] = numpy.asarray(value)
            if isinstance(node, h5py.Dataset):
                found[name] = node[()]

        add("", file)
        file.visititems(add)
    return found


def same(a, b):
    if a.dtype.names:  # a compound: its fields, without those of the clock
        fields = [name for name in a.dtype.names if not depends_on_the_clock(name)]
        return a.dtype == b.dtype and all(same(a[name], b[name]) for name in fields)
    if a.shape != b.shape or a.dtype.kind != b.dtype.kind:
        return False
    return numpy.array_equal(a, b, equal_nan=a.dtype.kind == "f")


def main():
    first, second = (contents(path) for path in [word for word in sys.argv[1:] if word != "--any-ranks"])
    differences = sorted(name for name in first.keys() ^ second.keys() if not depends_on_the_clock(name))
    for name in first.keys() & second.keys():
        if depends_on_the_clock(name):
            continue
        if not same(numpy.asarray(first[name]), numpy.asarray(second[name])):
            differences.append(name)
    for name in differences:
        print(f"differs: {name}")
    print(f"{len(first)} datasets and attributes, {len(differences)} differences")
    return 1 if differences else 0


sys.exit(main())
