#!/usr/bin/env python3
"""Reads what bench/compare_pytorch.sh has measured.

    pytorch_table.py FOLDER RESULTS    prints PyTorch's seconds over ours, medians over the turns, and writes all of it
                                       as JSON into the folder RESULTS: pytorch-PROCESSOR-DATE.json

In FOLDER: SUBJECT.METHOD.TURN.ours.json of fedmeta_microbench and SUBJECT.METHOD.TURN.theirs.json of
bench/peer_pytorch.py, for a single client each.
"""
from __future__ import annotations

import datetime
import json
import pathlib
import platform
import re
import statistics
import sys


def processor() -> str:
    """The processor's name, with the widest units that matter here."""
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    known = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    flags = known.get("flags", "").split()
    units = [name for flag, name in (("amx_bf16", "AMX"), ("avx512f", "AVX-512"), ("avx2", "AVX2")) if flag in flags]
    return " ".join([known.get("model name", platform.machine()), *units])


def collected(folder: pathlib.Path) -> tuple[dict, dict]:
    """What both programs say of themselves, and by subject and method the seconds of each turn."""
    context: dict = {}
    seconds: dict = {}
    for path in sorted(folder.glob("*.ours.json")):
        subject, method, turn, _, _ = path.name.split(".")
        mine = json.loads(path.read_text())
        peer = json.loads(path.with_name(f"{subject}.{method}.{turn}.theirs.json").read_text())
        (task,) = mine["benchmarks"]
        result = peer["results"][method]["loop"]
        if "reason" in result:
            sys.exit(f"pytorch_table: error: PyTorch has no figure for {method} on {subject}: {result['reason']}")
        context |= {"ours": {key: mine["context"][key] for key in ("version", "libtorch")},
                    "pytorch": {"version": peer["context"]["torch"]}}
        of = seconds.setdefault(subject, {"samples": peer["context"]["samples"], "support": peer["context"]["support"],
                                          "methods": {}})["methods"]
        one = of.setdefault(method, {"ours": [], "pytorch": [], "ours_gflops_per_second": []})
        one["ours"].append(task["real_time"] / 1e3)  # milliseconds
        one["pytorch"].append(result["seconds_per_round"])
        one["ours_gflops_per_second"].append(task["flops_per_second"] / 1e9)
        for key, unit in (("sgemm_flops", "sgemm_gflops"), ("memory_bytes", "memory_gb")):
            context.setdefault(f"{unit}_per_second", []).append(float(mine["context"][f"{key}_per_second"]) / 1e9)
    return context, seconds


def main() -> None:
    folder, results = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    context, subjects = collected(folder)
    context |= {"processor": processor(), "date": datetime.date.today().isoformat()}
    for subject in subjects.values():
        for method in subject["methods"].values():
            pairs = [theirs / ours for theirs, ours in zip(method["pytorch"], method["ours"])]
            method["ratio"] = {"median": statistics.median(pairs), "least": min(pairs), "most": max(pairs)}

    for rate in ("sgemm_gflops_per_second", "memory_gb_per_second"):
        context[rate] = statistics.median(context[rate])
    print(f"{context['processor']}, {context['date']}, one thread each, sgemm {context['sgemm_gflops_per_second']:.0f} "
          f"GFLOP/s, memory {context['memory_gb_per_second']:.0f} GB/s, PyTorch "
          f"{context['pytorch']['version']}: its seconds over ours, medians (least to most) of the turns")
    methods = list(dict.fromkeys(name for subject in subjects.values() for name in subject["methods"]))
    print(f"{'':28}" + "".join(f"{name:>22}" for name in methods))
    for name, subject in subjects.items():
        cells = []
        for method in methods:
            ratio = subject["methods"].get(method, {}).get("ratio")
            cells.append(f"{ratio['median']:.2f} ({ratio['least']:.2f} to {ratio['most']:.2f})" if ratio else "-")
        print(f"{name + ', ' + str(subject['samples']) + ' samples':28}" + "".join(f"{cell:>22}" for cell in cells))

    slug = re.sub(r"[^a-z0-9]+", "-", context["processor"].lower()).strip("-")
    file = results / f"pytorch-{slug}-{context['date']}.json"
    file.write_text(json.dumps({"context": context, "subjects": subjects}, indent=1) + "\n")
    print(f"wrote {file}")


if __name__ == "__main__":
    main()
