#!/usr/bin/env python3
"""Runs every file of configs/ small, and makes one report from all of their results and from results with known
courses; and one with --select, which shows the chosen candidates alone, from results with known best rates.

Usage: every_configuration.py --bench FEDMETA_BENCH --report FEDMETA_REPORT --work FOLDER [--jobs N] [--keep]

Each configuration is run as its own header says ("Try it: add ..."), on less data still. The report must then hold
every table and figure of docs/reports.md, none of them blank, and the crossings and speeds that are known. WORK/report
and WORK/selection are left to be looked at. Exits with 77 without h5py.
"""
import argparse
import concurrent.futures
import csv
import pathlib
import re
import shutil
import subprocess
import sys
import time
import tomllib

try:
    import known_results
except ImportError:  # no h5py
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONFIGS = ROOT / "configs"


# ------------------------------------------------------------------------------------------------ small runs

def scale_of(name):
    """A hundredth of the clients and of their samples; where networks or clients are larger, still less."""
    if "flower/shakespeare" in name:
        return "0.015"
    if "shakespeare" in name:
        return "0.004" if name.startswith(("paper", "tuned")) else "0.012"
    return "0.012" if name.startswith(("jiang/", "fedlab/")) else "0.01"


def told_apart(settings):
    """Options by which tables and figures of papers know their runs, and which --scale would change."""
    return [word for key in ("clients-per-round", "local-epochs", "stage2-local-steps") if key in settings
            for word in ("--" + key, str(settings[key]))]


# Of the 47 samples that are left to train on, 32 in a round: the 10 and 50 epochs of Jiang et al.'s Figure 2.
ROUNDS = {"jiang/figure2-central10-sgd": "15", "jiang/figure2-central50-sgd": "73"}


def tried(name, text):
    """The options that a configuration's header adds to try it, but for the scale."""
    line = re.search(r"^# Try it: add (.*?)\.?$", text, re.MULTILINE)[1]
    options = line.split(", after ")[0].split()
    pairs = dict(zip(options[::2], options[1::2]))
    del pairs["--scale"]
    if name in ROUNDS:
        pairs["--rounds"] = ROUNDS[name]
    return [word for pair in pairs.items() for word in pair]


def command_of(path, bench, work, variant=""):
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(CONFIGS).with_suffix("").as_posix()
    seeds = "1,2" if name.startswith("jiang/figure3") else "1"  # which is of repeated runs
    command = [str(bench), "--config", str(path), "--scale", scale_of(name), "--seeds", seeds, "--threads", "1",
               "--progress", "off", "--resume", *tried(name, text)]
    if name.startswith(("jiang/", "fedlab/")):
        command += told_apart(tomllib.loads(text))
    if not re.search(r"^rounds = 0$", text, re.MULTILINE) and "eval-on" not in text:
        command += ["--eval-every", "1"]
    if not re.search(r"^output = ", text, re.MULTILINE):
        command += ["--output", str(work / "runs" / (name.replace("/", "-") + variant + ".h5"))]
    return command + VARIANTS.get(variant, [])


# FedLab has a second table (docs/protocols.md, A37).
VARIANTS = {"-writers": ["--partition", "writers", "--division", "random", "--client-split", "random"]}


def run_all(commands, work, jobs):
    """Returns what went wrong."""
    def run(command):
        done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return f"{' '.join(command)}: status {done.returncode}: {done.stderr.strip()[-400:]}"
        return None
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return [fault for fault in pool.map(run, commands) if fault]


def small_runs(bench, work, jobs):
    """Configurations that start from the models of others come last."""
    paths = sorted(CONFIGS.rglob("*.toml"))
    later = [path for path in paths if "start-from = " in path.read_text(encoding="utf-8")]
    first = [path for path in paths if path not in later]
    chained = [path for path in later if re.search(r"^output = ", path.read_text(encoding="utf-8"), re.MULTILINE)]
    faults = run_all([command_of(path, bench, work, "-writers") for path in first if path.parent.name == "fedlab"],
                     work, jobs)
    for group in (first, chained, [path for path in later if path not in chained]):
        faults += run_all([command_of(path, bench, work) for path in group], work, jobs)
    return faults


# ---------------------------------------------------------------------------------------------- the one report

def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def blank_parts(report):
    """Tables without rows, columns that are empty in all rows, pictures that were not drawn."""
    for path in sorted((report / "tables").glob("*.csv")):
        rows = read_csv(path)
        if not rows:
            yield f"{path.name} has no rows"
    for script in sorted((report / "figures").glob("*.gp")):
        for ending in (".svg", ".png"):
            picture = script.with_suffix(ending)
            if not picture.exists() or picture.stat().st_size < 2000:
                yield f"{picture.name} is not drawn"
    if "Not drawn" in (report / "report.html").read_text(encoding="utf-8"):
        yield "the page lacks a picture"


def missing_parts(report, expected):
    for kind, names in expected.items():
        for name in names:
            if not list((report / kind).glob(name)):
                yield f"no {kind}/{name}"


def missing_curves(report):
    """All were run, so that each has its curve in the papers' figures."""
    for path in sorted((ROOT / "src/report/layouts/figures").glob("*.toml")):
        data = (report / "figures" / path.with_suffix(".dat").name).read_text(encoding="utf-8")
        for curve in tomllib.loads(path.read_text(encoding="utf-8"))["curves"]:
            if f'# {curve["title"]}' not in data:
                yield f'{path.stem} has no {curve["title"]}'


def wrong_crossings(report):
    """Rounds to the target of the known courses, each the mean over seeds."""
    for dataset in known_results.TARGET:
        rows = {}
        for path in (report / "tables").glob(f"{dataset}-*-overhead.csv"):
            for row in read_csv(path):
                rows.setdefault(row["method"], []).append(row)
        for algorithm in known_results.PACE:
            rounds = [known_results.crossing(dataset, algorithm, seed) for seed in known_results.SEEDS]
            wanted = sum(map(float, rounds)) / len(rounds)
            found = [row["rounds"] for own in rows.values() for row in own if row["method"].startswith(algorithm)]
            if not any(text and abs(float(text) - wanted) < 1e-9 for text in found):
                yield f"{dataset}, {algorithm}: no {wanted} rounds to the target in {found}"


def wrong_speeds(report):
    """Clients a second over those of the fewest ranks, in the order of SCALED: strong, then weak."""
    def speed(ranks, clients):
        return clients / known_results.scaled_seconds(ranks, clients)
    strong, weak = (1, 4), (1, 2)
    wanted = [speed(*run) / speed(*strong) for run in (strong, (2, 4), (4, 4))]
    wanted += [speed(*run) / speed(*weak) for run in (weak, (2, 4), (4, 8))]
    found = [float(row["speed"]) for row in read_csv(report / "tables" / "machine-scaling.csv")
             if row["setting"].startswith("Synthetic")]
    if len(found) != len(wanted) or any(abs(a - b) > 1e-9 for a, b in zip(found, wanted)):
        yield f"scaling: speeds {found}, not {wanted}"


def wrong_choices(report):
    for table in (report / "tables").glob("*-selection.csv"):
        chosen = {row["method"]: row for row in read_csv(table) if row["status"] == "chosen"}
        for algorithm, best in known_results.BEST.items():
            found = {name: float(chosen.get(algorithm, {}).get(name) or "nan") for name in best}
            if found != best:
                yield f"selection of {algorithm}: {found}, not {best}"


SELECTION = {"tables": ["*-selection.csv"], "figures": ["*-selection-fedavg.svg", "*-selection-maml.svg"]}
EXPECTED = {
    "tables": ["summary.csv", "runs.csv", "data.csv", "*-accuracy.csv", "*-fairness.csv", "*-overhead.csv",
               "*-cost.csv", "chen2018-table2.csv", "chen2018-table3.csv", "chen2018-table4.csv",
               "jiang2019-table1.csv", "jiang2019-table2.csv", "jiang2019-table3.csv", "fedlab-shards.csv",
               "fedlab-writers.csv", "flower.csv", "claims.csv", "external.csv", "fleet.csv", "*-fleet.csv", "*-fleet-order.csv",
               "machines.csv", "machine-rounds.csv", "machine-ranks.csv", "machine-efficiency.csv",
               "machine-scaling.csv", "machine-energy.csv", "machine-prices.csv", "machine-ceilings.csv",
               "machine-messages.csv", "files.csv"],
    "figures": ["*-accuracy.svg", "*-loss.svg", "*-spending.svg", "*-overhead.svg", "*-clients.svg",
                "*-density.svg", "*-personalisation.svg", "production-*-top4.svg", "*-fleet.svg", "*-scaling.svg",
                "data-sets-20.svg", "data-sets-50.svg", "data-sets-90.svg", "data-sets-20-spending.svg",
                "jiang2019-figure1.svg", "jiang2019-figure2.svg", "jiang2019-figure3.svg",
                "jiang2019-figure4.svg", "flower.svg"],
}


def report_faults(wish, files, folder, options, checks):
    """Makes a report and returns what is wrong with it."""
    shutil.rmtree(folder, ignore_errors=True)
    start = time.monotonic()
    made = subprocess.run([str(wish.report.resolve()), *map(str, files), "--out", str(folder), *options, *wish.option],
                          capture_output=True, text=True, check=False)
    print(made.stdout + made.stderr, end="")
    print(f"one report of {len(files)} files in {time.monotonic() - start:.0f} s")
    if made.returncode != 0:
        return [f"fedmeta_report: status {made.returncode}"]
    return [fault for check in checks for fault in check(folder)]


def main():
    parser = argparse.ArgumentParser()
    for name in ("bench", "report", "work"):
        parser.add_argument("--" + name, type=pathlib.Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="go on with the runs that are there")
    parser.add_argument("--option", action="append", default=[],
                        help="one more for the reports, as in --option=--style=paper")
    wish = parser.parse_args()
    work = wish.work.resolve()
    faults, start = [], time.monotonic()
    if not wish.keep:
        shutil.rmtree(work, ignore_errors=True)
    (work / "runs").mkdir(parents=True, exist_ok=True)
    faults += small_runs(wish.bench.resolve(), work, wish.jobs)
    known_results.write_courses(work / "runs")
    known_results.write_scaled(work / "runs")
    (work / "candidates").mkdir(exist_ok=True)
    known_results.write_candidates(work / "candidates")
    print(f"every configuration was run in {time.monotonic() - start:.0f} s")
    faults += report_faults(wish, sorted((work / "runs").rglob("*.h5")), work / "report", OPTIONS,
                            (lambda report: missing_parts(report, EXPECTED), blank_parts, missing_curves,
                             wrong_crossings, wrong_speeds))
    faults += report_faults(wish, sorted((work / "candidates").glob("*.h5")), work / "selection", ["--select"],
                            (lambda report: missing_parts(report, SELECTION), blank_parts, wrong_choices))
    for fault in faults:
        print("fault:", fault)
    return 1 if faults else 0


OPTIONS = ["--fleet", "default", "--price-core-hour", "0.04", "--price-gb", "0.08", "--currency", "EUR", "--microbench",
           str(ROOT / "results/bench/microbench-2026-11-21.json")]

if __name__ == "__main__":
    sys.exit(main())
