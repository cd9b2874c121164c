#!/usr/bin/env python3
"""Writes results files whose courses are known in closed form. Usage: known_results.py FOLDER

Three data sets at three support shares, four methods, three seeds. A method's accuracy after r rounds is
top (1 - exp(-r / pace)) and a little for the seed, so that the round in which it meets the target can be computed.
"""
import math
import pathlib
import random
import sys

from results_files import write

TARGET = {"femnist": 0.74, "shakespeare": 0.38, "sent140": 0.70}
ROUNDS = {"femnist": 200, "shakespeare": 150, "sent140": 150}  # all methods meet the target within these
TOP = {"femnist": 0.9, "shakespeare": 0.5, "sent140": 0.85}
PACE = {"fedavg": 60, "fedavg-meta": 45, "fomaml": 30, "maml": 20, "meta-sgd": 15}
FLOPS = {"fedavg": 10, "fedavg-meta": 10, "fomaml": 4, "maml": 12, "meta-sgd": 12}  # GFLOP a client
SEEDS = (1, 2, 3)
EVERY = 10
CLIENTS = 30


def accuracy_after(dataset, algorithm, seed, rounds):
    return TOP[dataset] * (1 - math.exp(-rounds / PACE[algorithm])) + 0.004 * seed


def crossing(dataset, algorithm, seed):
    """The first evaluated round that meets the target."""
    part = (TARGET[dataset] - 0.004 * seed) / TOP[dataset]
    return EVERY * math.ceil(-PACE[algorithm] * math.log(1 - part) / EVERY)


def run_of(dataset, algorithm, seed, draw):
    rounds = ROUNDS[dataset]
    parameters = 2 if algorithm == "meta-sgd" else 1
    rows = [{"round": r, "clients": draw.sample(range(CLIENTS - 12), 4), "flops": FLOPS[algorithm] * 4 * 10**9,
             "flops_executed": FLOPS[algorithm] * 4 * 10**9, "bytes_down": 4 * parameters * 26 * 10**6,
             "bytes_up": 4 * parameters * 26 * 10**6, "mpi_bytes": 10**8, "seconds": 0.5, "seconds_broadcast": 0.05,
             "seconds_compute": 0.35, "seconds_reduce": 0.06, "seconds_update": 0.04,
             "client_flops": [FLOPS[algorithm] * 10**9] * 4} for r in range(1, rounds + 1)]
    evaluations = []
    for r in range(0, rounds + 1, EVERY):
        accuracy = accuracy_after(dataset, algorithm, seed, r)
        evaluations += [{"round": r, "split": "test", "accuracy": accuracy, "accuracy_client_mean": 0.98 * accuracy,
                         "loss": 4 * (1 - accuracy), "initial_accuracy": 0.8 * accuracy,
                         "initial_accuracy_client_mean": 0.79 * accuracy, "initial_loss": 4.2 * (1 - accuracy),
                         "seconds": 0.2}]
    last = evaluations[-1]["accuracy"]
    clients = [{"client": c, "samples": 20, "initial_accuracy": 0.7 * last,
                "accuracy": min(1.0, max(0.0, last + draw.gauss(0, 0.08)))} for c in range(CLIENTS - 10, CLIENTS)]
    return {"algorithm": algorithm, "seed": seed, "status": "complete",
            "options": {"rounds": rounds, "target_accuracy": TARGET[dataset]}, "rounds": rows,
            "evaluations": evaluations, "clients": clients}


def write_all(folder):
    names = []
    for dataset in TARGET:
        for support in (0.2, 0.5, 0.9):
            draw = random.Random(f"{dataset} {support}")
            name = f"known-{dataset}-{round(100 * support)}.h5"
            write(folder, {"name": name, "dataset": dataset, "source": "generated", "support_fraction": support,
                           "data_seed": 42, "samples": [draw.randint(50, 300) for _ in range(CLIENTS)],
                           "roles": [0] * (CLIENTS - 12) + [1, 1] + [2] * 10, "threads": [1, 1],
                           "host": ["node-a", "node-a"], "rate": [5e10, 5e10],
                           "runs": [run_of(dataset, algorithm, seed, draw) for algorithm in PACE for seed in SEEDS]})
            names.append(folder / name)
    return names


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for path in write_all(target):
        print(path)
