#!/usr/bin/env python3
"""campaign.py --bench build/bin/fedmeta_bench --kills 300 --work FOLDER: kills runs at random moments, goes on with
--resume on another number of ranks, and compares the end with a run that was never stopped, bit for bit.

Each run is started with --resume on 1 to 4 ranks, and after a random time gets a random signal, SIGKILL among them, on
one rank or on all of them; now and then its .part file is destroyed, too. That is repeated until it ends by itself. The
results file must then hold the same parameters, rows and evaluations as the reference. A run that hangs, ends with an
unexpected status or leaves a process behind is a fault. Needs h5py: status 77 without."""

import argparse
import collections
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

try:
    import h5py  # noqa: F401, for same_results.py
except ImportError:
    print("SKIPPED: no h5py (set FEDMETA_PYTHON)")
    sys.exit(77)

SAME = pathlib.Path(__file__).resolve().parent.parent / "same_results.py"
SIGNALS = [signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGXCPU, signal.SIGKILL, signal.SIGABRT]
HANG = 180  # seconds
os.environ["FEDMETA_SGEMM_SIZE"] = "256"  # measuring the machine takes longer than these runs

SYNTHETIC = ["--dataset", "synthetic", "--generated-clients", "40", "--clients-per-round", "8"]
SCENARIOS = {
    "rounds": SYNTHETIC + ["--algorithms", "fedavg,maml,meta-sgd", "--rounds", "20", "--eval-every", "4"],
    "stages": SYNTHETIC + ["--algorithms", "perfedavg", "--rounds", "20", "--stage2-rounds", "10", "--eval-every", "4",
                           "--personal-epochs", "2", "--personal-curve", "3"],
    "client-states": SYNTHETIC + ["--algorithms", "fedavg,fedavg-meta", "--local-optimizer", "adam", "--local-adam",
                                  "persist", "--rounds", "20", "--seeds", "1,2", "--eval-every", "4"],
    "network": ["--model", "tff-cnn", "--generated-clients", "14", "--generated-samples", "12",
                "--generated-deviation", "2", "--algorithms", "maml,meta-sgd,fedavg", "--rounds", "6",
                "--clients-per-round", "4", "--eval-every", "2", "--local-adam", "persist"],
}
COMMON = ["--reduction", "reproducible", "--threads", "1", "--device", "cpu", "--save-model", "--save-division"]


def command(arguments, scenario, output, ranks):
    run = [arguments.bench, *SCENARIOS[scenario], *COMMON, "--output", str(output)]
    return run if ranks == 0 else ["mpirun", "-np", str(ranks), *run]


def ranks_of(process, alone):
    """The process ids of a run's ranks, as far as they have been started."""
    if alone:
        return [process.pid]
    pids = []
    for children in pathlib.Path(f"/proc/{process.pid}/task").glob("*/children"):
        try:
            pids += [int(pid) for pid in children.read_text().split()]
        except OSError:
            pass  # that thread has ended
    return pids


def alive(pid):
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


class Campaign:
    def __init__(self, arguments):
        self.arguments = arguments
        self.random = random.Random(arguments.seed)
        self.work = pathlib.Path(arguments.work)
        self.work.mkdir(parents=True, exist_ok=True)
        self.kills = 0
        self.stops = collections.Counter()
        self.faults = []
        self.seconds = {}

    def fault(self, text):
        self.faults.append(text)
        print(f"FAULT: {text}", flush=True)

    def reference(self, scenario):
        output = self.work / f"{scenario}-reference.h5"
        begin = time.monotonic()
        done = subprocess.run(command(self.arguments, scenario, output, 2) + ["--force"], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"the reference of {scenario} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        self.seconds[scenario] = time.monotonic() - begin
        return output

    def wait(self, process, ranks, what):
        try:
            process.wait(HANG)
        except subprocess.TimeoutExpired:
            self.fault(f"{what}: hangs")
            process.kill()
            process.wait()
        time.sleep(0.05)
        for pid in ranks:
            if alive(pid):
                time.sleep(5)  # mpirun has ended before its last rank
                if alive(pid):
                    self.fault(f"{what}: rank {pid} is left")
                    os.kill(pid, signal.SIGKILL)

    def session(self, scenario, output, log):
        """Starts a run, and kills it at a random moment. Returns whether it ended by itself before."""
        ranks = self.random.choice([0, 1, 2, 3, 4])
        period = self.random.choice(["1", "3", "7", "0"])
        delay = self.random.uniform(0, 0.5 * self.seconds[scenario])
        which = self.random.choice(SIGNALS)
        everyone = self.random.random() < 0.3
        run = command(self.arguments, scenario, output, ranks) + ["--resume", "--checkpoint-every", period]
        process = subprocess.Popen(run, stdout=log, stderr=log, start_new_session=True)
        try:
            process.wait(delay)
            killed = []
        except subprocess.TimeoutExpired:
            killed = ranks_of(process, ranks == 0)
        what = f"{scenario}, {ranks} ranks, {which.name} after {delay:.2f} s on {'all ranks' if everyone else 'one rank'}"
        for pid in killed if everyone else self.random.sample(killed, min(1, len(killed))):
            try:
                os.kill(pid, which)
            except ProcessLookupError:
                pass
        if killed:
            self.kills += 1
        self.wait(process, killed, what)
        status = process.returncode
        log.write(f"\n==== {what}: status {status}\n")
        log.flush()
        self.stops[f"{which.name if killed else 'none'} {status}"] += 1
        if status not in self.allowed(which, bool(killed), ranks == 0):
            self.fault(f"{what}: status {status}; see {log.name}")
        return status == 0

    @staticmethod
    def allowed(which, killed, alone):
        if not killed:
            return {0}
        by_signal = {-which} if alone else {128 + which}
        if which in (signal.SIGKILL, signal.SIGABRT):
            return by_signal | {0}
        return {75, 0} | by_signal  # before main has begun, it dies of it

    def destroy_part(self, output):
        part = pathlib.Path(f"{output}.part")
        if not part.exists() or self.random.random() < 0.6:
            return
        if self.random.random() < 0.5:
            part.unlink()
        else:
            os.truncate(part, self.random.randrange(part.stat().st_size))

    def run(self, scenario, number, reference):
        output = self.work / f"{scenario}-{number}.h5"
        with open(f"{output}.log", "w") as log:
            sessions = 1
            while not self.session(scenario, output, log):
                sessions += 1
                self.destroy_part(output)
                if sessions > 200 or len(self.faults) > 20:
                    self.fault(f"{scenario}-{number} does not end")
                    return
        same = subprocess.run([sys.executable, str(SAME), "--any-ranks", str(reference), str(output)],
                              capture_output=True, text=True)
        if same.returncode != 0:
            self.fault(f"{output} is not {reference}:\n{same.stdout}{same.stderr}")
        left = [path.name for path in output.parent.glob(output.name + ".*") if path.suffix != ".log"]
        if left:
            self.fault(f"{output}: left behind: {', '.join(left)}")
        print(f"{scenario}-{number}: {sessions} sessions, {self.kills} kills so far", flush=True)
        if same.returncode == 0 and not left:
            output.unlink()

    def all(self):
        chosen = self.arguments.scenarios.split(",")
        references = {scenario: self.reference(scenario) for scenario in chosen}
        number = 0
        while self.kills < self.arguments.kills and len(self.faults) < 20:
            scenario = chosen[number % len(chosen)]
            self.run(scenario, number, references[scenario])
            number += 1
        for how, count in sorted(self.stops.items()):
            print(f"  {how}: {count}")
        print(f"{number} runs, {self.kills} kills, {len(self.faults)} faults")
        return 1 if self.faults else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", required=True)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", required=True)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it, and so would runs
    parser.add_argument("--scenarios", default=",".join(SCENARIOS))
    return Campaign(parser.parse_args()).all()


sys.exit(main())
