"""What the tests of jobs/ share: their options, and a run that can be stopped on its way. Needs h5py, for
tests/same_results.py: status 77 without."""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import time

try:
    import h5py  # noqa: F401, for same_results.py
except ImportError:
    print("SKIPPED: no h5py (set FEDMETA_PYTHON)")
    sys.exit(77)

PROJECT = pathlib.Path(__file__).resolve().parents[2]
JOBS = PROJECT / "jobs"
HANG = 300  # seconds

parser = argparse.ArgumentParser()
parser.add_argument("--bench", type=pathlib.Path, required=True)
parser.add_argument("--work", type=pathlib.Path, required=True)
OPTIONS, UNITTEST = parser.parse_known_args()
WORK = OPTIONS.work.resolve()
shutil.rmtree(WORK, ignore_errors=True)
WORK.mkdir(parents=True)
BUILD = OPTIONS.bench.resolve().parents[1]

SMALL = ["--dataset", "synthetic", "--generated-clients", 20, "--clients-per-round", 4]
TRAINS = " adam 0.001"  # in the last line before the first round


def arguments(output, rounds=600):
    """Of a run of some seconds, so that it can be stopped on its way: it prints its 50th round."""
    return [*SMALL, "--algorithms", "maml", "--rounds", rounds, "--eval-every", 50, "--reduction", "reproducible",
            "--save-model", "--output", output]


def run(*command, **more):
    """What a command prints."""
    done = subprocess.run([str(word) for word in command], text=True, capture_output=True, **more)
    if done.returncode != 0:
        raise AssertionError(f"status {done.returncode}: {command}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def undisturbed(output):
    """Makes the run that all others must equal."""
    run(OPTIONS.bench, *arguments(output), "--threads", 1)
    return output


def expect_same(reference, output):
    run(sys.executable, PROJECT / "tests/same_results.py", "--any-ranks", reference, output)


def wait_until(condition, what):
    """`what` says why it did not come to pass, when it is called."""
    end = time.monotonic() + HANG
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {HANG} s: {what()}")
        time.sleep(0.1)


def outside_slurm():
    """The environment of a workstation."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SLURM_")} | {
        "FEDMETA_BUILD_DIR": str(BUILD), "NP": "1"}
