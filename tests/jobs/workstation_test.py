#!/usr/bin/env python3
"""workstation_test.py --bench build/bin/fedmeta_bench --work FOLDER: jobs/workstation.sh goes on after each stop, and
jobs/launch.sh hears of a signal at any time."""

import os
import pathlib
import signal
import subprocess
import unittest

from common import JOBS, UNITTEST, WORK, arguments, outside_slurm, run, wait_until


def children(pid):
    return [int(child) for file in pathlib.Path(f"/proc/{pid}/task").glob("*/children") for child in file.read_text().split()]


def write_program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


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
        for script in "launch.sh", "workstation.sh":
            write_program(self.jobs / script, (JOBS / script).read_text())
        words = " ".join(str(word) for word in [*arguments(output), "--threads", 1])
        write_program(self.jobs / "table.sh", f"#!/bin/sh\necho '{words}'\n")

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

    def test_a_signal_before_the_ranks_are_there_starts_none(self):
        write_program(WORK / "early/bin/fedmeta_bench",
                      "#!/bin/sh\n[ $1 != --print-config ] && echo started || kill -USR1 $SHELL_OF_JOB\n")
        job = f"export SHELL_OF_JOB=$$\nsource {JOBS}/launch.sh\nrun && status=0 || status=$?\necho $told $status"
        environment = outside_slurm() | {"FEDMETA_BUILD_DIR": str(WORK / "early"), "LAUNCH": "env"}
        self.assertEqual(run("bash", "-c", job, env=environment), "USR1 75")


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it, and so would ours
    unittest.main(argv=[__file__, *UNITTEST], verbosity=2)
