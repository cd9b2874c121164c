#!/usr/bin/env python3
"""The costs in the headers of configs/ are those that --dry-run predicts.

    configuration_costs.py FEDMETA_BENCH CONFIGS [--write] [PATTERN...]

Headers have the mean over the training clients, --dry-run those that the first seed draws: where clients are very
unequal, FLOPs may differ by a tenth. Core hours are at 50 GFLOP/s. --write puts what --dry-run predicts in the place of
what differs.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

TOLERANCE = 0.1
RATE = 50e9  # FLOP/s of a core
LINE = re.compile(r"^#         (?P<method>[a-z-]+) (?P<cost>.+)$", re.M)
UNITS = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}


def value(text):
    """The number in 1.78 PFLOP or 24.1 GB; 0 for words."""
    match = re.match(r"([\d.]+) ?([kMGTP]?)", text)
    return float(match[1]) * UNITS[match[2]] if match else 0.0


def with_prefix(number, unit):
    for prefix, size in reversed(UNITS.items()):
        if number >= size:
            digits = max(0, 2 - len(str(int(number / size))) + 1)
            return f"{number / size:.{digits}f} {prefix}{unit}"
    return f"0 {unit}"


def predicted(bench, path):
    """FLOPs and bytes of each method that trains, by --dry-run. Models that it would start from need not be there."""
    text = re.sub(r"^start-from = .*\n", "", path.read_text(), flags=re.M)
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder) / path.name
        config.write_text(text)
        done = subprocess.run([pathlib.Path(bench).resolve(), "--config", str(config), "--dry-run", "--threads", "1"],
                              cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{path}: {done.stderr}")
    out = done.stdout
    costs = {}
    for method, metric, number in re.findall(r"^PREDICTED ([a-z-]+)\.(flops|bytes) = (\d+)", out, re.M):
        costs.setdefault(method, {})[metric] = float(number)
    for method, flops in re.findall(r"^  ([a-z-]+) +0 +([\d.]+ [kMGTP]?) +0\.00 B +not measured", out, re.M):
        costs[method] = {"flops": value(flops), "bytes": 0.0}
    if "fedavg" in costs:
        costs.pop("fedavg-meta", None)  # they share a training
    return costs


def text_of(cost):
    if cost["flops"] == 0:
        return "no training"
    hours = cost["flops"] / RATE / 3600
    sent = with_prefix(cost["bytes"], "B") if cost["bytes"] else "nothing sent"
    return f"{with_prefix(cost['flops'], 'FLOP')}, {sent}, {hours:.{1 if hours >= 0.1 else 3}f} core hours"


def close(stated, found):
    return abs(stated - found) <= TOLERANCE * found


def agrees(stated, cost):
    if cost["flops"] == 0:
        return stated == "no training"
    parts = stated.split(", ")
    return (len(parts) == 3 and close(value(parts[0]), cost["flops"]) and close(value(parts[1]), cost["bytes"])
            and abs(value(parts[2]) - cost["flops"] / RATE / 3600) < 0.06 + TOLERANCE * value(parts[2]))


def faults(bench, path, write):
    text, costs = path.read_text(), predicted(bench, path)
    stated = {match["method"]: match["cost"] for match in LINE.finditer(text)}
    for method in sorted(set(stated) ^ set(costs)):
        yield f"{path}: {method} is {'stated, but costs nothing' if method in stated else 'not stated'}"
    for method in sorted(set(stated) & set(costs)):
        if agrees(stated[method], costs[method]):
            continue
        right = text_of(costs[method])
        if write:
            text = text.replace(f"#         {method} {stated[method]}\n", f"#         {method} {right}\n", 1)
            path.write_text(text)
        else:
            yield f"{path}: {method} {stated[method]}, --dry-run says {right}"


def main():
    bench, configs, *patterns = [word for word in sys.argv[1:] if word != "--write"]
    paths = [path for path in sorted(pathlib.Path(configs).rglob("*.toml"))
             if not patterns or any(pattern in str(path) for pattern in patterns)]
    found = [fault for path in paths for fault in faults(bench, path, "--write" in sys.argv)]
    print("\n".join(found) if found else f"{len(paths)} configurations cost what they say")
    return 1 if found or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
