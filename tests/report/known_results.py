#!/usr/bin/env python3
"""Writes results files whose courses are known in closed form. Usage: known_results.py FOLDER

Three data sets at three support shares, five methods, three seeds. A method's accuracy after r rounds is
top (1 - exp(-r / pace)) and a little for the seed, so that the round in which it meets the target can be computed.
Runs on 1, 2 and 4 ranks whose rounds take a known time, and candidates of which one has the best rates.
"""
import itertools
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
SCALED = ((1, 4), (2, 4), (4, 4), (1, 2), (4, 8))  # ranks, clients a round
BEST = {"fedavg": {"local_lr": 0.1}, "maml": {"inner_lr": 0.1, "outer_lr": 0.001}}
GRID = {"local_lr": (0.01, 0.1, 0.5), "inner_lr": (0.01, 0.1), "outer_lr": (0.001, 0.01)}


def accuracy_after(dataset, algorithm, seed, rounds):
    return TOP[dataset] * (1 - math.exp(-rounds / PACE[algorithm])) + 0.004 * seed


def crossing(dataset, algorithm, seed):
    """The first evaluated round that meets the target."""
    part = (TARGET[dataset] - 0.004 * seed) / TOP[dataset]
    return EVERY * math.ceil(-PACE[algorithm] * math.log(1 - part) / EVERY)


def scaled_seconds(ranks, clients):
    """Of a round: a part that ranks share, and one that they do not."""
    return 0.1 + 0.2 * clients / ranks


def round_of(number, algorithm, clients, seconds):
    parameters = 2 if algorithm == "meta-sgd" else 1
    work, sent = FLOPS[algorithm] * 10**9, 4 * parameters * 26 * 10**6
    return {"round": number, "clients": clients, "flops": work * len(clients), "flops_executed": work * len(clients),
            "bytes_down": sent, "bytes_up": sent, "mpi_bytes": 10**8, "seconds": seconds,
            "seconds_broadcast": 0.1 * seconds, "seconds_compute": 0.7 * seconds, "seconds_reduce": 0.12 * seconds,
            "seconds_update": 0.08 * seconds, "client_flops": [work] * len(clients)}


def evaluation_of(number, accuracy, split="test"):
    return {"round": number, "split": split, "accuracy": accuracy, "accuracy_client_mean": 0.98 * accuracy,
            "loss": 4 * (1 - accuracy), "initial_accuracy": 0.8 * accuracy,
            "initial_accuracy_client_mean": 0.79 * accuracy, "initial_loss": 4.2 * (1 - accuracy), "seconds": 0.2}


def run_of(algorithm, seed, options, rounds, evaluations, draw):
    last = evaluations[-1]["accuracy"]
    clients = [{"client": c, "samples": 20, "initial_accuracy": 0.7 * last,
                "accuracy": min(1.0, max(0.0, last + draw.gauss(0, 0.08)))} for c in range(CLIENTS - 10, CLIENTS)]
    return {"algorithm": algorithm, "seed": seed, "status": "complete", "options": options | {"rounds": len(rounds)},
            "rounds": rounds, "evaluations": evaluations, "clients": clients}


def course_of(dataset, algorithm, seed, draw):
    rounds = [round_of(r, algorithm, draw.sample(range(CLIENTS - 12), 4), 0.5) for r in range(1, ROUNDS[dataset] + 1)]
    evaluations = [evaluation_of(r, accuracy_after(dataset, algorithm, seed, r))
                   for r in range(0, len(rounds) + 1, EVERY)]
    return run_of(algorithm, seed, {"target_accuracy": TARGET[dataset]}, rounds, evaluations, draw)


def write_file(folder, name, dataset, support, draw, runs, ranks=2):
    content = {"name": name, "dataset": dataset, "source": "generated", "support_fraction": support, "data_seed": 42,
               "samples": [draw.randint(50, 300) for _ in range(CLIENTS)],
               "classes": [2 + client % 9 for client in range(CLIENTS)],
               "roles": [0] * (CLIENTS - 12) + [1, 1] + [2] * 10, "threads": [1] * ranks,
               "host": ["node-a", "node-a", "node-b", "node-b"][:ranks], "rate": [5e10] * ranks}
    write(folder, content | {"runs": runs(draw)})


def write_courses(folder):
    for dataset in TARGET:
        for support in (0.2, 0.5, 0.9):
            def runs(draw, dataset=dataset):
                return [course_of(dataset, algorithm, seed, draw) for algorithm in PACE for seed in SEEDS]
            write_file(folder, f"known-{dataset}-{round(100 * support)}.h5", dataset, support,
                       random.Random(f"{dataset} {support}"), runs)


def write_scaled(folder):
    """One seed on several numbers of ranks: strong scaling of 4 clients, weak scaling of 2 clients a rank."""
    for ranks, clients in SCALED:
        def runs(draw, ranks=ranks, clients=clients):
            rounds = [round_of(r, "maml", list(range(clients)), scaled_seconds(ranks, clients)) for r in range(1, 11)]
            evaluations = [evaluation_of(r, 0.1 + 0.05 * r) for r in range(11)]
            return [run_of("maml", 1, {"clients_per_round": clients}, rounds, evaluations, draw)]
        write_file(folder, f"scaled-{ranks}-{clients}.h5", "synthetic", 0.2, random.Random("scaled"), runs, ranks)


def write_candidates(folder):
    """A file for each combination of rates; farther from the best ones, in factors of ten, is worse."""
    for algorithm, best in BEST.items():
        for rates in itertools.product(*(GRID[name] for name in best)):
            options = dict(zip(best, rates))
            reached = 0.8 - sum(0.1 * abs(math.log10(options[name] / best[name])) for name in best)
            def runs(draw, algorithm=algorithm, options=options, reached=reached):
                rounds = [round_of(r, algorithm, draw.sample(range(CLIENTS - 12), 4), 0.5) for r in range(1, 11)]
                return [run_of(algorithm, seed, options, rounds,
                               [evaluation_of(10, reached + 0.004 * seed, split) for split in ("validation", "test")],
                               draw) for seed in (1, 2)]
            text = "-".join(f"{value:g}" for value in rates)
            write_file(folder, f"candidate-{algorithm}-{text}.h5", "femnist", 0.2, random.Random("candidates"), runs)


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for write_kind in (write_courses, write_scaled, write_candidates):
        write_kind(target)
    print(*sorted(map(str, target.glob("*.h5"))), sep="\n")
