#!/usr/bin/env python3
"""Reads what bench/gpu.sh has measured.

    gpu_table.py reached FILE          the methods that a results file, or one that broke off (.part), has rounds of
    gpu_table.py sizes FILE...         clients a round, mean samples and mean support samples, for bench/peer_pytorch.py
    gpu_table.py table FOLDER RESULTS  prints the table of a folder of measurements, and writes all of it as JSON into
                                       the folder RESULTS: gpu-NAME.json, NAME being the GPU's

In the folder: SETTING.PRECISION.N.h5, results files; SETTING.PRECISION.reasons, lines METHOD: why there is no figure;
SETTING.PRECISION.pytorch.json of bench/peer_pytorch.py, and pytorch.reason if it did not end; tests.log of gpu_test;
gpu.txt, the GPU's name. All may be absent.
"""
from __future__ import annotations

import datetime
import json
import pathlib
import re
import statistics
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

import h5py

SETTINGS = {"femnist": "FEMNIST", "sent140": "Sent140", "shakespeare": "Shakespeare"}
PRECISIONS = ("fp32", "tf32")
METHODS = ("fedavg", "fomaml", "maml", "meta-sgd")
WARM_UP = 3  # a run's first rounds: loading of kernels, graphs captured, samples copied to the device
PHASES = ("broadcast", "compute", "reduce", "update")


@dataclass
class Measured:
    """A setting in one precision: ours and PyTorch's, by method."""

    context: dict = field(default_factory=dict)
    ours: dict[str, dict] = field(default_factory=dict)
    pytorch: dict = field(default_factory=dict)


def opened(path: pathlib.Path) -> h5py.File:
    return h5py.File(path, "r", locking=False)


def text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def rounds_of(file: h5py.File) -> dict[str, h5py.Group]:
    """The rounds of each method's first seed, of which at least one has been written."""
    runs = {name: seeds[min(seeds)] for name, seeds in file.get("runs", {}).items() if len(seeds)}
    return {name: run["rounds"] for name, run in runs.items() if len(run.get("rounds/seconds", ()))}


def sizes(paths: Iterable[pathlib.Path]) -> tuple[int, int, int] | None:
    """Clients a round, and the mean samples and support samples of a client, in the rounds that count."""
    for path in paths:
        with opened(path) as file:
            for rounds in rounds_of(file).values():
                cohorts = [[c for c in slots if c >= 0] for slots in rounds["clients"][:]]
                cohorts = cohorts[WARM_UP:] or cohorts
                met = [client for cohort in cohorts for client in cohort]
                samples, support = (round(statistics.mean(file[f"data/{key}"][:][met].tolist()))
                                    for key in ("samples", "support"))
                return round(len(met) / len(cohorts)), max(2, samples), max(1, support)
    return None


def figures(rounds: h5py.Group, gemm_rate: float) -> dict:
    """Milliseconds a round and of its phases, medians of the rounds after the first ones."""
    def median(column: str) -> float:
        return statistics.median(rounds[column][WARM_UP:].tolist())

    seconds = median("seconds")
    found = {"ms_per_round": 1e3 * seconds, "rounds": len(rounds["seconds"]) - WARM_UP}
    found |= {f"ms_{phase}": 1e3 * median(f"seconds_{phase}") for phase in PHASES}
    found["efficiency"] = median("flops") / seconds / gemm_rate
    return found | {name: int(median(name)) for name in ("mpi_bytes", "device_bytes") if name in rounds}


def without_folders(command_line: str) -> str:
    """A command line as it can be given on another machine."""
    command_line = re.sub(r"^\S*/| --(output \S+|force)", "", command_line)
    return re.sub(r"( --(?:data|glove) )\S*/", r"\1", command_line)


def read(folder: pathlib.Path, setting: str, precision: str) -> Measured | None:
    """What the folder has of a setting, or None where nothing of it was run."""
    stem = f"{setting}.{precision}"
    files = sorted(folder.glob(f"{stem}.*.h5")) + sorted(folder.glob(f"{stem}.*.h5.part"))
    reasons, peer, no_peer = (folder / f"{stem}.{end}" for end in ("reasons", "pytorch.json", "pytorch.reason"))
    if not files and not any(path.exists() for path in (reasons, peer, no_peer)):
        return None
    measured = Measured()
    if reasons.exists():
        for line in reasons.read_text().splitlines():
            method, _, why = line.partition(": ")
            measured.ours[method] = {"reason": why}
    for path in files:
        with opened(path) as file:
            if "system/device" not in file:
                continue
            measured.context = {key: text(file.attrs[key]) for key in ("version", "git_commit", "libtorch", "created")}
            measured.context |= {"device": text(file["system/device"][0]),
                                 "source": text(file["data"].attrs["source"]),
                                 "command_line": without_folders(text(file.attrs["command_line"]))}
            gemm_rate = float(sum(file["system/gemm_flops_per_second"][:]))
            for method, rounds in rounds_of(file).items():
                if len(rounds["seconds"]) > WARM_UP:
                    measured.ours[method] = measured.ours.get(method, {}) | figures(rounds, gemm_rate)
    if found := sizes(files):
        measured.context |= dict(zip(("clients", "samples", "support"), found))
    if peer.exists():
        measured.pytorch = json.loads(peer.read_text())
    if no_peer.exists():
        measured.pytorch["reason"] = no_peer.read_text().strip()
    return measured


def best_variant(measured: Measured | None, method: str) -> tuple[float, str] | None:
    """PyTorch's fastest variant: milliseconds a round, name."""
    variants = measured.pytorch.get("results", {}).get(method, {}) if measured else {}
    times = [(1e3 * v["seconds_per_round"], name) for name, v in variants.items() if "seconds_per_round" in v]
    return min(times, default=None)


def number(value: float) -> str:
    """Three digits."""
    return f"{value:.0f}" if value >= 99.95 else f"{value:.3g}"


def cells(of_precision: dict[str, Measured], method: str) -> Iterable[str]:
    for precision in PRECISIONS:
        measured = of_precision.get(precision)
        if not measured:
            yield from ("", "", "")
            continue
        ours = measured.ours.get(method, {}).get("ms_per_round")
        peer = best_variant(measured, method)
        yield number(ours) if ours else "-"
        yield f"{number(peer[0])} {peer[1]}" if peer else "-"
        yield number(peer[0] / ours) if ours and peer else "-"


def table(all_settings: dict[str, dict[str, Measured]]) -> list[str]:
    """Rows of Markdown."""
    rows = [["ms a round", "method", *(head for p in PRECISIONS for head in (f"ours, {p}", "PyTorch", "ratio"))]]
    for setting, of_precision in all_settings.items():
        context = next((m.context for m in of_precision.values() if m.context), {})
        name = SETTINGS[setting]
        if "clients" in context:
            name += f", m = {context['clients']}, {context['samples']} samples, {context['support']} support"
        if context.get("source") == "generated":
            name += " (generated stand-in)"
        for method in METHODS:
            if any(method in m.ours or method in m.pytorch.get("results", {}) for m in of_precision.values()):
                rows.append([name, method, *cells(of_precision, method)])
                name = ""
    widths = [max(len(row[c]) for row in rows) for c in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]


def missing(all_settings: dict[str, dict[str, Measured]]) -> list[str]:
    """Why figures are missing, a line for each reason."""
    concerned: dict[str, list[str]] = {}
    for setting, of_precision in all_settings.items():
        for precision, measured in of_precision.items():
            for method, figure in measured.ours.items():
                if "reason" in figure:
                    concerned.setdefault(f"{setting} {precision}: {figure['reason']}", []).append(method)
            if "reason" in measured.pytorch:
                concerned[f"{setting} {precision}: {measured.pytorch['reason']}"] = ["PyTorch"]
            for method, variants in measured.pytorch.get("results", {}).items():
                for variant, figure in variants.items():
                    if "reason" in figure:
                        why = f"{setting} {precision}, PyTorch {variant}: {figure['reason']}"
                        concerned.setdefault(why, []).append(method)
    return [f"{', '.join(methods)}: {why}" for why, methods in concerned.items()]


def test_lines(log: pathlib.Path) -> tuple[list[str], list[str]]:
    """The errors against float64 that gpu_test printed, and its verdict. ctest puts a number before each line."""
    if not log.exists():
        return [], []
    lines = [re.sub(r"^\d+: ", "", line) for line in log.read_text(errors="replace").splitlines()]
    errors = [line for line in lines if line.startswith("ERROR ")]
    verdict = re.compile(r"\[  (PASSED|SKIPPED) +\] \d+ test|\[  FAILED  \] (?!.* ms\)$)|not run|No tests")
    return errors, [line for line in lines if verdict.match(line)]


def write_table(folder: pathlib.Path, results: pathlib.Path) -> None:
    all_settings: dict[str, dict[str, Measured]] = {}
    for setting in SETTINGS:
        for precision in PRECISIONS:
            if measured := read(folder, setting, precision):
                all_settings.setdefault(setting, {})[precision] = measured
    errors, verdict = test_lines(folder / "tests.log")
    measured = [(setting, precision, one) for setting, of_precision in all_settings.items()
                for precision, one in of_precision.items()]
    names = [one.pytorch["context"]["processor"] for _, _, one in measured if "context" in one.pytorch]
    named = folder / "gpu.txt"
    gpu = named.read_text().strip() if named.exists() else next(iter(names), "unknown")
    document = {
        "context": {"date": datetime.date.today().isoformat(), "gpu": gpu},
        "tests": verdict,
        "errors_against_float64": errors,
        "settings": [{"setting": setting, "precision": precision, **asdict(one)}
                     for setting, precision, one in measured],
    }
    results.mkdir(parents=True, exist_ok=True)
    output = results / f"gpu-{re.sub(r'[^A-Za-z0-9]+', '-', gpu).strip('-').lower()}.json"
    output.write_text(json.dumps(document, indent=1) + "\n")
    print(f"written to {output}", file=sys.stderr)
    print("\n".join([*verdict, *errors, *table(all_settings), "", *missing(all_settings)]))


def main(arguments: list[str]) -> int:
    match arguments:
        case ["reached", path]:
            with opened(pathlib.Path(path)) as file:
                print(*rounds_of(file))
        case ["sizes", *paths] if paths:
            found = sizes(map(pathlib.Path, paths))
            if not found:
                return 1
            print(*found)
        case ["table", folder, results]:
            write_table(pathlib.Path(folder), pathlib.Path(results))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
