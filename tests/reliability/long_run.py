#!/usr/bin/env python3
"""long_run.py --bench build/bin/fedmeta_bench --work FOLDER: what a run takes that is long or large.

  rounds   2,000 rounds on 4 ranks: resident memory of every rank by round; it must grow by less than 1% after round 100,
           however many --rounds there are
  clients  100,000 clients of at most 20 samples on 4 ranks
  samples  a client of 20,000 samples

Prints seconds, the largest resident memory of a rank, and the bytes that a round adds to the results file."""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

SYNTHETIC = ["--dataset", "synthetic", "--threads", "1", "--device", "cpu"]
GROWTH = 0.01


def ranks_of(process):
    pids = []
    for children in pathlib.Path(f"/proc/{process.pid}/task").glob("*/children"):
        pids += [int(pid) for pid in children.read_text().split()]
    return pids


def memory(pid):
    """Resident bytes of a process, and the most it has had."""
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    values = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if line.startswith(("VmRSS", "VmHWM"))}
    return values["VmRSS"], values["VmHWM"]


class Run:
    """A run on some ranks, whose memory is looked at whenever it prints the line of an evaluation."""

    def __init__(self, bench, ranks, arguments, output):
        self.output = output
        self.by_round = {}  # round -> resident bytes of each rank
        self.most = 0
        begin = time.monotonic()
        command = ["mpirun", "-np", str(ranks), bench, *arguments, "--progress", "plain", "--force", "--output", str(output)]
        os.environ["FEDMETA_SGEMM_SIZE"] = "256"  # the measurement's matrices would count as growth
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        watch = threading.Thread(target=self.watch, args=(process,))
        watch.start()
        for line in process.stdout:
            found = re.search(r"round +(\d+)", line)
            if found:
                self.by_round[int(found.group(1))] = [memory(pid)[0] for pid in ranks_of(process)]
        errors = process.stderr.read()
        watch.join()
        self.seconds = time.monotonic() - begin
        if process.wait() != 0:
            sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{errors}")

    def watch(self, process):
        while process.poll() is None:
            try:
                self.most = max([self.most] + [memory(pid)[1] for pid in ranks_of(process)])
            except (OSError, KeyError):
                pass  # it has just ended
            time.sleep(0.1)


def rounds(bench, work, last):
    def run(count, name):
        return Run(bench, 4, SYNTHETIC + ["--algorithms", "maml", "--rounds", str(count), "--eval-every", "100"],
                   work / f"{name}.h5")

    long, short = run(last, "long"), run(last // 2, "short")
    begin, end = long.by_round[100], long.by_round[last - 100]
    growth = max(after / before - 1 for before, after in zip(begin, end))
    added = (os.path.getsize(long.output) - os.path.getsize(short.output)) / (last - last // 2)
    print(f"rounds: {long.seconds:.0f} s; memory after round 100 and {last - 100}, MB a rank: {megabytes(begin)} and {megabytes(end)}; "
          f"largest growth {100 * growth:.2f}%; {added:.0f} bytes a round in the file")
    return growth < GROWTH


def clients(bench, work, _):
    run = Run(bench, 4, SYNTHETIC + ["--generated-clients", "100000", "--generated-samples", "15", "--generated-deviation", "2",
                                     "--generated-least", "10", "--max-samples", "20", "--algorithms", "fomaml", "--rounds", "20",
                                     "--eval-every", "20", "--eval-clients", "1000"], work / "clients.h5")
    print(f"clients: {run.seconds:.0f} s, at most {run.most / 1e6:.0f} MB a rank, file of {os.path.getsize(run.output) / 1e6:.1f} MB")
    return True


def samples(bench, work, _):
    run = Run(bench, 1, SYNTHETIC + ["--generated-clients", "10", "--generated-samples", "20000", "--generated-deviation", "0",
                                     "--generated-least", "20000", "--clients-per-round", "2", "--algorithms", "fomaml,maml,fedavg",
                                     "--rounds", "3", "--eval-every", "3"], work / "samples.h5")
    print(f"samples: {run.seconds:.0f} s, at most {run.most / 1e6:.0f} MB a rank")
    return True


def megabytes(values):
    return "/".join(f"{value / 1e6:.1f}" for value in values)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--rounds", type=int, default=2000)
    parser.add_argument("--only", choices=["rounds", "clients", "samples"])
    arguments = parser.parse_args()
    work = pathlib.Path(arguments.work)
    work.mkdir(parents=True, exist_ok=True)
    parts = {"rounds": rounds, "clients": clients, "samples": samples}
    chosen = [arguments.only] if arguments.only else list(parts)
    return 0 if all([parts[name](arguments.bench, work, arguments.rounds) for name in chosen]) else 1


sys.exit(main())
