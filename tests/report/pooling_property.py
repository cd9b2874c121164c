#!/usr/bin/env python3
"""Holds what fedmeta_report pools against another computation of the same. Usage: pooling_property.py FEDMETA_REPORT

Writes random sets of results files with h5py alone, so that neither the writer nor the reader of the program has a
say: two sets of clients, variants of the data, data seeds, methods with and without options of their own, seeds that
were run again on another machine, killed runs, evaluations in other rounds. Then every number of the tables of
accuracy, overhead and cost must be what this file makes of the same runs, to the last digit. Exits with 77 without
h5py.
"""
import csv
import math
import os
import pathlib
import random
import subprocess
import sys
import tempfile

try:
    from results_files import write
except ImportError:  # no h5py
    sys.exit(77)

TRIALS = 25
PLACE = {"fedavg": 20, "maml": 70, "meta-sgd": 80}
DASH = ""


# ---------------------------------------------------------------------------------------------- random results

def random_run(draw, algorithm, seed):
    rounds = draw.choice([3, 6, 8])
    every = draw.choice([1, 1, 2, 3])
    killed = draw.random() < 0.2
    done = draw.randint(1, rounds) if killed else rounds
    run = {
        "algorithm": algorithm, "seed": seed, "status": "running" if killed else "complete",
        "options": {"rounds": 8, "target_accuracy": 0.75, "digits": draw.random() < 0.2, "eval_every": every},
        "rounds": [{"round": r, "clients": draw.sample(range(4), draw.randint(1, 3)),
                    "flops": draw.randint(1, 10**9), "flops_executed": draw.randint(1, 10**9),
                    "bytes_down": draw.randint(1, 10**6), "bytes_up": draw.randint(1, 10**6),
                    "mpi_bytes": draw.randint(1, 10**6), "seconds": draw.random() + 0.01,
                    "seconds_broadcast": draw.random(), "seconds_compute": draw.random(),
                    "seconds_reduce": draw.random(), "seconds_update": draw.random()} for r in range(1, done + 1)],
    }
    if algorithm == "maml":
        run["options"]["inner_lr"] = draw.choice([0.5, 0.25])
    run["evaluations"] = [{"round": r, "split": "test", "accuracy": draw.random() ** 0.5,
                           "accuracy_client_mean": draw.random(), "loss": draw.random(),
                           "initial_accuracy": draw.random(), "seconds": 0.1}
                          for r in range(draw.choice([0, 1]), done + 1) if r % every == 0 or r == rounds]
    return run


def random_file(draw, name):
    ranks = draw.choice([1, 2])
    runs, taken = [], set()
    for _ in range(draw.randint(1, 6)):
        algorithm, seed = draw.choice(list(PLACE)), draw.randint(1, 3)
        if (algorithm, seed) not in taken:
            taken.add((algorithm, seed))
            runs.append(random_run(draw, algorithm, seed))
    samples = draw.choice([[4, 4, 5, 6], [4, 4, 5, 6], [4, 4, 5, 7]])
    return {"name": name, "data_seed": draw.choice([42, 42, 42, 43]), "samples": samples, "runs": in_order(runs),
            "threads": [draw.choice([1, 2])] * ranks, "host": ["node"] * ranks,
            "rate": [draw.random() * 1e9 + 1e8 for _ in range(ranks)]}


def in_order(runs):
    """As a reader meets them: by algorithm as they were made, then by seed."""
    order = list(dict.fromkeys(run["algorithm"] for run in runs))
    return sorted(runs, key=lambda run: (order.index(run["algorithm"]), run["seed"]))


# ------------------------------------------------------------------------------------------- what it must make of it

def mean(values):
    total = 0.0
    for value in values:  # sum() of later Pythons compensates
        total += value
    return total / len(values)


def deviation(values):
    if len(values) < 2:
        return None
    middle, squares = mean(values), 0.0
    for value in values:
        squares += (value - middle) * (value - middle)
    return math.sqrt(squares / (len(values) - 1))


def settings_of(files):
    """Runs by what they must share, in the order in which it is met; each with its file."""
    settings = {}
    for file in files:
        for run in file["runs"]:
            key = (file["data_seed"], tuple(file["samples"]), run["options"]["digits"])
            settings.setdefault(key, []).append((run, file))
    return list(settings.values())


def methods_of(runs):
    """(name, runs) for each, baselines first. Only maml has an option of its own."""
    methods = {}
    for run, file in runs:
        methods.setdefault((run["algorithm"], run["options"].get("inner_lr")), []).append((run, file))
    rates = {rate for algorithm, rate in methods if algorithm == "maml"}
    named = []
    for (algorithm, rate), own in methods.items():
        name = f"maml (inner-lr {rate:g})" if algorithm == "maml" and len(rates) > 1 else algorithm
        named.append((name, algorithm, own))
    return sorted(named, key=lambda method: PLACE[method[1]])


def divided(runs):
    """Complete runs, the first of each seed; incomplete ones of other seeds; further complete ones; further incomplete
    ones."""
    complete, incomplete, repeats, leftovers = {}, {}, [], []
    for run in runs:
        if run[0]["status"] != "complete":
            continue
        if run[0]["seed"] in complete:
            repeats.append(run)
        else:
            complete[run[0]["seed"]] = run
    for run in runs:
        if run[0]["status"] == "complete":
            continue
        if run[0]["seed"] in complete or run[0]["seed"] in incomplete:
            leftovers.append(run)
        else:
            incomplete[run[0]["seed"]] = run
    by_seed = lambda members: [members[seed] for seed in sorted(members)]
    ordered = lambda members: sorted(members, key=lambda run: run[0]["seed"])
    return by_seed(complete), by_seed(incomplete), ordered(repeats), ordered(leftovers)


def alone(name, incomplete, leftovers):
    """Rows of incomplete runs: what they are called, and the run."""
    return ([(f'{name}, seed {run[0]["seed"]}', run) for run in incomplete] +
            [(f'{name}, seed {run[0]["seed"]} ({run[1]["name"]})', run) for run in leftovers])


def parts(name, runs):
    complete, incomplete, _, leftovers = divided(runs)
    singles = [(part, [run]) for part, run in alone(name, incomplete, leftovers)]
    return ([(name, complete)] if complete else []) + singles


def accuracy_rows(methods):
    for name, _, runs in methods:
        for part, members in parts(name, runs):
            last = [run["evaluations"][-1] for run, _ in members if run["evaluations"]]
            row = {"method": part, "seeds": len(last)}
            for column in ("accuracy", "initial_accuracy", "accuracy_client_mean"):
                values = [evaluation[column] for evaluation in last]
                row[column] = mean(values) if values else None
                row[column + "_sd"] = deviation(values)
            row["loss"] = mean([evaluation["loss"] for evaluation in last]) if last else None
            yield row


def spent_until(run, last):
    rows = [row for row in run["rounds"] if row["round"] <= last]
    return {"rounds": float(len(rows)), "flops": float(sum(row["flops"] for row in rows)),
            "bytes": float(sum(row["bytes_down"] + row["bytes_up"] for row in rows))}


def crossing(run):
    """(reached, what was spent, the least that may have been), or nothing."""
    before = 0
    for evaluation in run["evaluations"]:
        if evaluation["accuracy"] >= 0.75:
            met = evaluation["round"]  # 0 = before the first
            return True, spent_until(run, met), spent_until(run, min(before + 1, met))
        before = evaluation["round"]
    if not run["evaluations"]:
        return None
    return False, spent_until(run, before), spent_until(run, before)


def to_target(runs):
    complete, incomplete, _, _ = divided(runs)
    seeds = {run["seed"]: crossing(run) for run, _ in complete + incomplete}
    return {seed: found for seed, found in seeds.items() if found}


def overhead_rows(methods):
    fedavg = [runs for _, algorithm, runs in methods if algorithm == "fedavg"]
    base = to_target(fedavg[0]) if fedavg else None
    exact = lambda seeds: bool(seeds) and all(reached for reached, _, _ in seeds.values())
    for name, algorithm, runs in methods:
        own = to_target(runs)
        row = {"method": name, "reached": sum(reached for reached, _, _ in own.values()), "seeds": len(own),
               "baseline": "fedavg" if fedavg else "none",
               "bound": "not evaluated" if not own else "exact" if exact(own) else "at least"}
        for resource in ("rounds", "flops", "bytes"):
            spent = [spent[resource] for _, spent, _ in own.values()]
            row[resource] = mean(spent) if own else None
            row[resource + "_sd"] = deviation(spent) if exact(own) else None
        row["rounds_least"] = mean([least["rounds"] for _, _, least in own.values()]) if exact(own) else None
        for resource in ("flops", "bytes"):
            row.update(reduction(base, own, resource, exact, algorithm == "fedavg"))
        yield row


def reduction(base, own, resource, exact, itself):
    key = resource + "_reduction"
    none = {key: None, key + "_sd": None, key + "_low": None, key + "_high": None, key + "_bound": None}
    if not base or not own or not (exact(base) or exact(own)):
        return none
    of = lambda seeds, which: mean([seed[which][resource] for seed in seeds.values()])
    if of(own, 1) == 0 or (of(base, 1) == 0 and not exact(base)):
        return none  # no factor of nothing, and no bound by it
    row = none | {key: of(base, 1) / of(own, 1), key + "_bound": "exact"}
    if not exact(base) or not exact(own):
        return row | {key + "_bound": "at least" if exact(own) else "at most"}
    if itself:
        return row | {key + "_low": 1.0, key + "_high": 1.0}
    ratios = [base[seed][1][resource] / own[seed][1][resource] for seed in base
              if seed in own and own[seed][1][resource] > 0]
    return row | {key + "_sd": deviation(ratios), key + "_low": of(base, 2) / of(own, 1),
                  key + "_high": of(base, 1) / of(own, 2) if of(own, 2) else row[key]}


def cost_rows(methods):
    for name, _, runs in methods:
        complete, incomplete, repeats, leftovers = divided(runs)
        machines = {}
        for run, file in complete + repeats:
            machines.setdefault((len(file["host"]), str(file["threads"][0])), []).append((run, file))
        groups = [(name, machine, machines[machine]) for machine in sorted(machines)]
        groups += [(part, (len(file["host"]), str(file["threads"][0])), [(run, file)])
                   for part, (run, file) in alone(name, incomplete, leftovers)]
        for part, (ranks, threads), members in groups:
            yield cost_row(part, ranks, threads, members)


def total(run, column):
    amount = 0.0
    for row in run["rounds"]:
        amount += row[column]
    return amount


def cost_row(name, ranks, threads, members):
    row = {"method": name, "ranks": ranks, "threads": threads, "runs": len(members),
           "rounds": mean([float(len(run["rounds"])) for run, _ in members])}
    for column in ("flops", "flops_executed", "bytes_down", "bytes_up", "mpi_bytes", "seconds", "seconds_broadcast",
                   "seconds_compute", "seconds_reduce", "seconds_update"):
        row[column] = mean([total(run, column) for run, _ in members])
    row["client_tasks_per_second"] = mean([sum(len(r["clients"]) for r in run["rounds"]) / total(run, "seconds")
                                           for run, _ in members])
    for column, flops in (("efficiency", "flops"), ("efficiency_executed", "flops_executed")):
        rate = lambda file: total({"rounds": [{"r": r} for r in file["rate"]]}, "r")
        row[column] = mean([total(run, flops) / (total(run, "seconds") * rate(file)) for run, file in members])
    return row


# -------------------------------------------------------------------------------------------------------- comparison

def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def is_same(text, value):
    if value is None:
        return text == DASH
    return text == value if isinstance(value, str) else text != "" and float(text) == float(value)


def faults_of_table(path, expected):
    found = read_csv(path)
    if len(found) != len(expected):
        yield f"{path.name}: {len(found)} rows, not {len(expected)}"
        return
    for got, wanted in zip(found, expected):
        for column, value in wanted.items():
            if not is_same(got[column], value):
                yield f'{path.name}, {wanted["method"]}, {column}: {got[column]!r}, not {value!r}'


def faults_of_trial(program, seed, folder):
    draw = random.Random(seed)
    files = [random_file(draw, f"{n}.h5") for n in range(draw.randint(1, 4))]
    for file in files:
        write(folder, file)
    paths = [str(folder / file["name"]) for file in files]
    subprocess.run([program, *paths, "--out", str(folder / "out")], check=True, capture_output=True,
                   env=dict(os.environ, PATH=str(folder)))  # without gnuplot, which takes seconds
    for number, runs in enumerate(settings_of(files), 1):
        name = "femnist-generated-20" + (f"-{number}" if number > 1 else "")
        methods = methods_of(runs)
        for table, rows in (("accuracy", accuracy_rows), ("overhead", overhead_rows), ("cost", cost_rows)):
            yield from faults_of_table(folder / "out/tables" / f"{name}-{table}.csv", list(rows(methods)))


def main(faults_of, what):
    """PROGRAM [FIRST SEED]: prints the faults of each trial; returns the exit status."""
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    faults = 0
    for seed in range(first, first + TRIALS):
        with tempfile.TemporaryDirectory() as folder:
            for fault in faults_of(sys.argv[1], seed, pathlib.Path(folder)):
                print(f"trial {seed}: {fault}")
                faults += 1
    print(f"{TRIALS} random {what}, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(faults_of_trial, "sets of runs"))
