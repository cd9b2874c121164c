#!/usr/bin/env python3
"""workstation_test.py --bench build/bin/fedmeta_bench --work FOLDER: jobs/workstation.sh goes on after each stop."""

import os
import pathlib
import signal
import subprocess
import unittest

from common import JOBS, UNITTEST, WORK, arguments, outside_slurm, wait_until


def children(pid):
    return [int(child) for file in pathlib.Path(f"/proc/{pid}/task").glob("*/children") for child in file.read_text().split()]


class Workstation(unittest.TestCase):
    def start(self):
        """The loop over a table of one run, in place of jobs/table.sh."""
        log = open(WORK / "log", "w")
        loop = subprocess.Popen([self.jobs / "workstation.sh"], cwd=WORK, env=outside_slurm(), stdout=log, stderr=log)
        self.addCleanup(loop.kill)
        log.close()
        return loop

    def wait_for(self, text, times=1):
        log = WORK / "log"
        wait_until(lambda: log.read_text().count(text) >= times, log.read_text)

    def test_it_ends_when_told_and_goes_on_when_the_run_was(self):
        output = WORK / "own.h5"
        self.jobs = WORK / "jobs"
        self.jobs.mkdir()
        for script in "launch.sh", "workstation.sh":
            (self.jobs / script).write_text((JOBS / script).read_text())
            (self.jobs / script).chmod(0o755)
        words = " ".join(str(word) for word in [*arguments(output), "--threads", 1])
        (self.jobs / "table.sh").write_text(f"#!/bin/sh\necho '{words}'\n")
        (self.jobs / "table.sh").chmod(0o755)

        loop = self.start()
        self.wait_for("round 50/")
        loop.send_signal(signal.SIGINT)
        self.assertEqual(loop.wait(60), 75, (WORK / "log").read_text())
        self.assertTrue(pathlib.Path(f"{output}.ckpt").exists())

        loop = self.start()
        self.wait_for("round 150/")
        for mpirun in children(loop.pid):
            os.kill(mpirun, signal.SIGUSR1)  # which passes it on
        self.assertEqual(loop.wait(300), 0, (WORK / "log").read_text())
        self.assertIn("stopped by SIGUSR1", (WORK / "log").read_text())
        self.assertIn("RESULT: VALID", (WORK / "log").read_text())


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it, and so would ours
    unittest.main(argv=[__file__, *UNITTEST], verbosity=2)
