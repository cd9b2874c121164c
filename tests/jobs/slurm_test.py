#!/usr/bin/env python3
"""slurm_test.py --bench build/bin/fedmeta_bench --work FOLDER: the scripts of jobs/ under the Slurm that answers, as a
user submits them (see local_slurm.sh)."""

import os
import sys
import time
import unittest

from common import (BUILD, JOBS, SMALL, TRAINS, UNITTEST, WORK, arguments, expect_same, outside_slurm, run, undisturbed,
                    wait_until)

ONE_NODE, TWO_NODES = ["--nodes=1", "--ntasks=2"], ["--nodes=2", "--ntasks=2", "--ntasks-per-node=1"]
FEW = [*SMALL[2:], "--rounds", 5]  # of a table, whose runs have their --dataset


class Job:
    """A job of two tasks on one node, but where `slurm` says otherwise, submitted from the folder of the tests."""

    def __init__(self, script, arguments, slurm=ONE_NODE, **environment):
        variables = os.environ | {"FEDMETA_BUILD_DIR": str(BUILD)} | environment
        self.id = run("sbatch", "--parsable", *slurm, JOBS / script, *arguments, cwd=WORK, env=variables)

    def facts(self, task=""):
        shown = run("scontrol", "show", "job", self.id + task)
        return dict(word.split("=", 1) for word in shown.split() if "=" in word)

    def text(self, kind, task=""):
        file = WORK / f"slurm-{self.id}{task}.{kind}"
        return file.read_text() if file.exists() else ""

    def wait(self, task=""):
        """Until it has ended. Returns its state and the status of its script."""
        over = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY")
        wait_until(lambda: self.facts(task)["JobState"] in over, lambda: f"job {self.id} does not end: {self}")
        facts = self.facts(task)
        return facts["JobState"], int(facts["ExitCode"].split(":")[0])

    def starts(self):
        """What it has printed each time that it was started."""
        return self.text("out").split(f"job {self.id} on ")[1:]

    def wait_for(self, text="", start=1):
        """Until it has printed this after having been started for the n-th time."""
        def printed():
            starts = self.starts()
            return len(starts) >= start and text in starts[-1]
        wait_until(printed, lambda: f"job {self.id} does not print {text}: {self}")

    def signal(self, *options):
        run("scancel", *options, self.id)

    def __str__(self):
        return f"{self.facts()}\n{self.text('out')[-2000:]}\n{self.text('err')}"


class Jobs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.at_limit = Job("requeue.sbatch", arguments(WORK / "at-limit.h5", rounds=10**7),
                           ["--ntasks=1", "--time=1", "--signal=B:USR1@20"])
        cls.whole = undisturbed(WORK / "whole.h5")

    def output(self):
        return WORK / f"{self._testMethodName}.h5"

    def checkpoint(self):
        return WORK / f"{self._testMethodName}.h5.ckpt"

    def submit(self, script, *more, slurm=ONE_NODE, **environment):
        return Job(script, [*arguments(self.output()), *more], slurm, **environment)

    def expect_end(self, job, state, status):
        self.assertEqual(job.wait(), (state, status), job)

    def expect_undisturbed(self):
        expect_same(self.whole, self.output())

    # ---- what is asked for ----

    def test_threads_are_a_tasks_cores_where_nobody_says_otherwise(self):
        config = WORK / "threads.toml"
        config.write_text("threads = 3\n")
        for words, added in ((), " --threads 2\n"), (("--threads=3",), "--threads=3\n"), (("--config", config), "toml\n"):
            job = Job("one-node.sbatch", [*SMALL, "--dry-run", *words], ["--ntasks=1", "--cpus-per-task=2"])
            self.expect_end(job, "COMPLETED", 0)
            self.assertIn(added, job.text("out"))

    def test_wrong_arguments_end_the_job_before_its_ranks_start(self):
        job = Job("one-node.sbatch", ["--rouns", 3])
        self.expect_end(job, "FAILED", 2)
        self.assertEqual(job.text("err").count("fedmeta_bench: error"), 1, job)
        self.assertEqual(job.text("out"), "")

    def test_without_a_program_the_job_says_what_to_do(self):
        job = Job("one-node.sbatch", [], FEDMETA_BUILD_DIR="elsewhere")
        self.expect_end(job, "FAILED", 2)
        self.assertIn(f"no program (elsewhere/bin/fedmeta_bench in {WORK}, PATH): start this from", job.text("err"))

    def test_tasks_are_ranks_on_all_nodes(self):
        job = Job("cpu.sbatch", [*SMALL, "--dry-run"], ["--nodes=2", "--ntasks-per-node=2"])
        self.expect_end(job, "COMPLETED", 0)
        self.assertEqual(job.facts()["NumNodes"], "2")
        self.assertIn("4 ranks", job.text("out"))

    # ---- being stopped, and going on ----

    def test_a_cancelled_job_goes_on(self):
        job = self.submit("one-node.sbatch")
        job.wait_for("round 50/")
        job.signal()
        self.expect_end(job, "CANCELLED", 75)
        self.expect_end(self.submit("one-node.sbatch", "--resume"), "COMPLETED", 0)
        self.expect_undisturbed()

    def test_a_signal_to_the_ranks_alone_stops_a_job(self):
        job = self.submit("one-node.sbatch")
        job.wait_for("round 50/")
        job.signal("--signal=USR1")
        self.expect_end(job, "FAILED", 75)
        self.assertIn("stopped by SIGUSR1 after round", job.text("err"))

    def test_with_mpirun_a_cancelled_job_keeps_a_checkpoint_and_signals_go_to_the_script(self):
        job = self.submit("several-nodes.sbatch", slurm=TWO_NODES, LAUNCH="mpirun")
        job.wait_for("round 50/")
        job.signal()
        self.expect_end(job, "CANCELLED", 1)  # mpirun's: it was ended itself
        self.assertTrue(self.checkpoint().exists(), job)
        job = self.submit("several-nodes.sbatch", "--resume", slurm=TWO_NODES, LAUNCH="mpirun")
        job.wait_for(TRAINS)
        job.signal("--signal=USR1", "--batch")
        self.expect_end(job, "FAILED", 75)
        self.assertIn("stopped by SIGUSR1 after round", job.text("err"))

    def test_a_requeued_job_ends_as_if_it_had_never_been_stopped(self):
        job = self.submit("requeue.sbatch", slurm=TWO_NODES)
        job.wait_for("round 50/")
        job.signal("--signal=USR1", "--batch")  # as Slurm does before the time limit
        job.wait_for(start=2)
        self.expect_end(job, "COMPLETED", 0)
        self.assertEqual(job.facts()["Restarts"], "1")
        self.assertIn("stopped by SIGUSR1", job.text("err"))
        self.expect_undisturbed()

    def test_at_its_time_limit_a_job_is_requeued_and_goes_on_until_cancelled(self):
        job = self.at_limit  # Slurm looks at limits twice a minute: it began before all others
        job.wait_for(start=2)
        self.assertIn("stopped by SIGUSR1", job.text("err"))
        self.assertGreaterEqual(int(job.facts()["Restarts"]), 1)
        job.wait_for(TRAINS, start=len(job.starts()) + 1)  # else it may be in the queue again, and not running
        job.signal()
        self.expect_end(job, "CANCELLED", 75)
        time.sleep(2)
        self.assertEqual(job.facts()["JobState"], "CANCELLED", "a cancelled job came back")

    # ---- many runs ----

    TABLE = {"DATASETS": "synthetic", "SUPPORTS": "0.2", "METHODS": "fedavg,fedavg-meta maml", "SEEDS": "1"}
    def test_an_array_makes_a_table_and_a_workstation_passes_over_what_is_complete(self):
        results = WORK / "table"
        table = self.TABLE | {"RESULTS": str(results)}
        job = Job("array.sbatch", FEW, ["--ntasks=1", "--array=1-3"], **table)
        ends = [job.wait(f"_{task}") for task in (1, 2, 3)]
        self.assertEqual(ends, [("COMPLETED", 0), ("COMPLETED", 0), ("FAILED", 2)], job.text("err", "_3"))
        made = sorted(file.name for file in results.iterdir())
        self.assertEqual(made, ["synthetic-0.2-fedavg+fedavg-meta-seed1.h5", "synthetic-0.2-maml-seed1.h5"])
        again = run(JOBS / "workstation.sh", *FEW, cwd=WORK, env=outside_slurm() | table)
        self.assertEqual(again.count("nothing is left to do"), 2, again)

    def test_scaling_prints_a_line_for_each_number_of_ranks(self):
        job = Job("scaling.sbatch", [*SMALL[:2], "--generated-clients", 40, "--rounds", 5],
                  ["--nodes=2", "--ntasks-per-node=1"], KINDS="weak", WEAK="2", RUNS="1")
        self.expect_end(job, "COMPLETED", 0)
        lines = [line.split("\t") for line in job.text("out").splitlines()]
        self.assertEqual([line[:3] for line in lines[1:]], [["weak", "1", "2"], ["weak", "2", "4"]], job)
        for line in lines[1:]:
            self.assertAlmostEqual(float(line[4]) / int(line[1]), float(line[5]), places=3)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *UNITTEST], verbosity=2)
