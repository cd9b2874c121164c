#!/usr/bin/env python3
"""bench/gpu.sh on the CPU, with few and short rounds: its figures are those of the results file, what cannot be done is
said, and PyTorch is asked for the sizes that the rounds had. Usage: gpu_script_test.py BUILD. Needs h5py: status 77
without."""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

try:
    import h5py
except ImportError:
    print("SKIPPED: no h5py (set FEDMETA_PYTHON)")
    sys.exit(77)

BENCH = pathlib.Path(__file__).parents[2] / "bench"


def run(folder, **environment):
    """Runs the script for a few rounds of Sent140, and returns its table and its JSON."""
    environment = {**os.environ, "PYTHON": sys.executable, "FEDMETA_BUILD_DIR": sys.argv[1], "DEVICE": "cpu",
                   "KEEP": folder, "RESULTS": f"{folder}/results", "GENERATED": "12", "METHODS": "fedavg fomaml",
                   "FEMNIST_ROUNDS": "0", "SENT140_ROUNDS": "6", "SHAKESPEARE_ROUNDS": "0", **environment}
    sizes = ["--generated-samples", "25", "--generated-deviation", "3", "--clients-per-round", "2", "--threads", "1"]
    done = subprocess.run([BENCH / "gpu.sh", *sizes], env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout, json.loads(pathlib.Path(folder, "results/gpu-cpu.json").read_text())


def check_figures(folder):
    printed, document = run(folder, PARTS="rounds", SENT140_PRECISIONS="fp32 tf32")
    fp32, tf32 = document["settings"]
    assert (fp32["setting"], fp32["precision"], tf32["precision"]) == ("sent140", "fp32", "tf32"), document
    with h5py.File(f"{folder}/sent140.fp32.0.h5") as file:
        for method in ("fedavg", "fomaml"):
            seconds = file[f"runs/{method}/seed1/rounds/seconds"][3:].tolist()
            assert fp32["ours"][method]["rounds"] == len(seconds) == 3, fp32
            assert fp32["ours"][method]["ms_per_round"] == 1e3 * statistics.median(seconds), fp32
            met = file[f"runs/{method}/seed1/rounds/clients"][3:].flatten().tolist()
            mean = round(statistics.mean(file["data/samples"][:][met].tolist()))
            assert (fp32["context"]["clients"], fp32["context"]["samples"]) == (2, mean), fp32["context"]
    for method in ("fedavg", "fomaml"):  # a CPU has no tf32
        assert "only GPUs" in tf32["ours"][method]["reason"], tf32
    assert "(generated stand-in)" in printed, printed
    assert "fedavg, fomaml: sent140 tf32: fedmeta_bench: error: only GPUs" in printed, printed
    assert folder not in fp32["context"]["command_line"], fp32["context"]


def check_stopped(folder):
    """A run that takes too long keeps its rounds; what was not begun is said."""
    printed, document = run(folder, PARTS="rounds", SENT140_ROUNDS="100000", LIMIT="15")
    ours = document["settings"][0]["ours"]
    assert ours["fedavg"]["reason"] == "stopped after 15 s" and ours["fedavg"]["ms_per_round"] > 0, ours
    assert ours["fomaml"] == {"reason": "not begun within 15 s"}, ours
    assert "fomaml: sent140 fp32: not begun" in printed, printed


for check in (check_figures, check_stopped):
    with tempfile.TemporaryDirectory() as temporary:
        check(temporary)
