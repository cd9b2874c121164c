#!/usr/bin/env python3
"""Holds the cost of a fleet of phones against another computation of it. Usage: fleet_property.py FEDMETA_REPORT

Writes random fleets and random runs, killed ones among them, and computes with its own SplitMix64 which client has
which phone and drops out, the seconds and energy of each round, and what the target takes. Every number of the tables
must be that, and where two methods change order both must take as long. Exits with 77 without h5py.
"""
import os
import pathlib
import random
import subprocess
import sys

try:
    import h5py
except ImportError:
    sys.exit(77)

from pooling_property import deviation, main, mean, random_run, read_csv, write

TARGET = 0.75
MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15


# ------------------------------------------------------------------------------------------------------------ drawing

def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def fnv(text):
    h = 0xCBF29CE484222325
    for byte in text.encode():
        h = ((h ^ byte) * 0x100000001B3) & MASK
    return h


def uniform(seed, purpose, client, number=0):
    state = mix((seed + GAMMA) & MASK) ^ fnv(purpose)
    for key in (fnv(client), number):
        state = mix((state + GAMMA) & MASK) ^ mix((key + GAMMA) & MASK)
    return (mix((mix(state) + GAMMA) & MASK) >> 11) * 2.0**-53


def pick(classes, place):
    total, end = sum(one["share"] for one in classes), 0.0
    for one in classes:
        end += one["share"] / total
        if place < end:
            return one
    return classes[-1]


def phone(fleet, client):
    return (pick(fleet["devices"], uniform(fleet["seed"], "fleet device", client)),
            pick(fleet["links"], uniform(fleet["seed"], "fleet link", client)))


# ------------------------------------------------------------------------------------------------------ random inputs

def random_fleet(draw):
    compute, link = draw.random() < 0.5, draw.random() < 0.5
    fleet = {"seed": draw.randint(0, 99), "dropout": draw.choice([0, 0.3]), "devices": [], "links": []}
    if draw.random() < 0.5:
        fleet["deadline"] = draw.uniform(1, 20)
    for n in range(draw.randint(1, 4)):
        fleet["devices"].append({"name": f"d{n}", "share": draw.randint(1, 9),
                                 "flops_per_second": draw.uniform(1e7, 1e9)}
                                | ({"joules_per_flop": draw.random()} if compute else {}))
    for n in range(draw.randint(1, 4)):
        fleet["links"].append({"name": f"l{n}", "share": draw.randint(1, 9), "downlink": draw.uniform(1e4, 1e7),
                               "uplink": draw.uniform(1e4, 1e7), "latency": draw.random()}
                              | ({"joules_per_byte_down": draw.random(), "joules_per_byte_up": draw.random()} if link
                                 else {}))
    return fleet


def toml(fleet):
    lines = [f"{key} = {value!r}" for key, value in fleet.items() if not isinstance(value, list)]
    for kind in ("devices", "links"):
        for one in fleet[kind]:
            lines += [f"[[{kind}]]"] + [f'{key} = "{value}"' if key == "name" else f"{key} = {value!r}"
                                        for key, value in one.items()]
    return "\n".join(lines) + "\n"


def random_runs(draw):
    runs = [random_run(draw, algorithm, seed) for algorithm in ("fedavg", "maml", "meta-sgd") for seed in (1, 2, 3)]
    for run in runs:
        run["options"] = {"rounds": 8, "target_accuracy": TARGET}
        for row in run["rounds"]:
            row["client_flops"] = [draw.randint(1, 10**9) for _ in row["clients"]]
            row["flops"] = sum(row["client_flops"])
            row["bytes_down"], row["bytes_up"] = draw.randint(1, 10**7), draw.randint(1, 10**7)
    return runs


def complete_file(path, runs):
    """Adds client_flops, and tells each row the ids of its clients."""
    with h5py.File(path, "r+") as file:
        ids = [name.decode() for name in file["data/client_id"][:]]
        for run in runs:
            rounds = file[f'runs/{run["algorithm"]}/seed{run["seed"]}/rounds']
            shape = rounds["clients"].shape
            rows = [row["client_flops"] + [-1] * (shape[1] - len(row["clients"])) for row in run["rounds"]]
            if "client_flops" in rounds:
                del rounds["client_flops"]
            rounds.create_dataset("client_flops", data=rows, shape=shape, dtype="i8")
            for row in run["rounds"]:
                row["ids"] = [ids[client] for client in row["clients"]]


# ------------------------------------------------------------------------------------------- what it must make of it

def cost_of_round(fleet, row, speed=1.0):
    """Seconds, failures, and joules of computing and of the links."""
    count, deadline = len(row["clients"]), fleet.get("deadline", float("inf"))
    waited, everyone, failed, compute, link_energy = [], [], 0, 0.0, 0.0
    for client, flops in zip(row["ids"], row["client_flops"]):
        device, link = phone(fleet, client)
        down, up = row["bytes_down"] / count, row["bytes_up"] / count
        seconds = flops / device["flops_per_second"] + 2 * link["latency"] + \
            (down / link["downlink"] + up / link["uplink"]) / speed
        dropped = fleet["dropout"] > 0 and \
            uniform(fleet["seed"], "fleet dropout", client, row["round"]) < fleet["dropout"]
        failed += dropped or seconds > deadline
        everyone.append(min(seconds, deadline))
        if not dropped:
            waited.append(min(seconds, deadline))
        compute += flops * device.get("joules_per_flop", 0)
        link_energy += down * link.get("joules_per_byte_down", 0) + up * link.get("joules_per_byte_up", 0)
    return max(waited or everyone), failed, compute, link_energy


def total(fleet, rows, what, speed=1.0):
    return sum(cost_of_round(fleet, row, speed)[what] for row in rows)


def rounds_to_target(run):
    """Whether it was reached, the rounds that were run by then, and how many it took at least."""
    before = 0
    for evaluation in run["evaluations"]:
        if evaluation["accuracy"] >= TARGET:
            return True, evaluation["round"], min(before + 1, evaluation["round"])  # met before the first round: 0
        before = evaluation["round"]
    return False, before, before


def expected_row(fleet, runs):
    runs = [run for run in runs if run["status"] == "complete"] + [run for run in runs if run["status"] != "complete"]
    evaluated = [(run, *rounds_to_target(run)) for run in runs if run["evaluations"]]
    exact = bool(evaluated) and all(reached for _, reached, _, _ in evaluated)
    per_round = [total(fleet, run["rounds"], 0) / len(run["rounds"]) for run in runs]
    failed = [total(fleet, run["rounds"], 1) / sum(len(row["clients"]) for row in run["rounds"]) for run in runs]
    row = {"reached": sum(reached for _, reached, _, _ in evaluated), "seeds": len(evaluated),
           "seconds_per_round": mean(per_round), "failed": mean(failed),
           "bound": "exact" if exact else "at least" if evaluated else "not evaluated, or no target"}
    amounts = {"seconds": 0}
    if "joules_per_flop" in fleet["devices"][0]:
        amounts["joules_compute"] = 2
    if "joules_per_byte_up" in fleet["links"][0]:
        amounts["joules_link"] = 3
    for name, what in amounts.items():
        values = [total(fleet, run["rounds"][:until], what) for run, _, until, _ in evaluated]
        row[name] = mean(values) if values else None
        row[f"{name}_sd"] = deviation(values) if exact else None
    row["seconds_least"] = mean([total(fleet, run["rounds"][:least], 0) for run, _, _, least in evaluated]) \
        if exact else None
    return row


def is_close(text, value):
    if value is None or isinstance(value, str):
        return text == (value or "")
    return text != "" and abs(float(text) - value) <= 1e-9 * max(1.0, abs(value))


def faults_of_trial(program, seed, folder):
    draw = random.Random(seed)
    fleet, runs = random_fleet(draw), random_runs(draw)
    write(folder, {"name": "a.h5", "data_seed": 42, "samples": [4, 4, 5, 6], "runs": runs, "threads": [1],
                   "host": ["node"], "rate": [1e9]})
    complete_file(folder / "a.h5", runs)
    (folder / "f.toml").write_text(toml(fleet), encoding="utf-8")
    subprocess.run([program, str(folder / "a.h5"), "--out", str(folder / "out"), "--fleet", str(folder / "f.toml")],
                   check=True, capture_output=True, env=dict(os.environ, PATH=str(folder)))
    tables = folder / "out/tables"
    of = lambda algorithm: [run for run in runs if run["algorithm"] == algorithm]
    for got in read_csv(tables / "femnist-generated-20-fleet.csv"):
        wanted = expected_row(fleet, of(got["method"]))
        for column in set(wanted) | set(got) - {"method"}:
            if not is_close(got[column], wanted[column]):
                yield f'{got["method"]}, {column}: {got[column]!r}, not {wanted[column]!r}'
    order = tables / "femnist-generated-20-fleet-order.csv"
    changes = read_csv(order) if order.exists() else []
    median = median_uplink(fleet)
    for change in changes:
        for method in ("faster_below", "faster_above"):
            speed = float(change["uplink"]) / median
            seconds = mean([total(fleet, run["rounds"][:rounds_to_target(run)[1]], 0, speed)
                            for run in of(change[method]) if run["evaluations"]])
            if not is_close(change["seconds"], seconds):
                yield f'{change[method]} takes {seconds} s, not {change["seconds"]}, at {change["uplink"]} B/s'


def median_uplink(fleet):
    links, half = sorted(fleet["links"], key=lambda link: link["uplink"]), 0.0
    for link in links:
        half += link["share"]
        if 2 * half >= sum(other["share"] for other in links):
            return link["uplink"]


if __name__ == "__main__":
    sys.exit(main(faults_of_trial, "fleets"))
