#!/usr/bin/env python3
"""scripts_test.py --build BUILD --work FOLDER: results/make-report.sh --check holds for what is committed and sees
every change, results/compact.sh keeps what a file says, and results/run-all.sh does what is missing, once."""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
parser = argparse.ArgumentParser()
parser.add_argument("--build", type=pathlib.Path, required=True)
parser.add_argument("--work", type=pathlib.Path, required=True)
OURS, UNITTEST = parser.parse_known_args()
WORK = OURS.work.resolve()
TREE = WORK / "tree"


def run(*command, tree=TREE, **environment):
    return subprocess.run([str(word) for word in command], cwd=tree, capture_output=True, text=True,
                          env=os.environ | {"FEDMETA_BUILD_DIR": str(OURS.build.resolve())} | environment)


def bench(path, *arguments):
    path.parent.mkdir(parents=True, exist_ok=True)
    done = run(OURS.build.resolve() / "bin/fedmeta_bench", "--threads", 1, "--progress", "off", "--output", path,
               *arguments)
    assert done.returncode == 0, done.stderr


def train(path, *arguments):
    bench(path, "--profile", "paper", "--generated-clients", 20, "--generated-samples", 20, "--model", "lr",
          "--rounds", 2, "--eval-every", 1, "--eval-on", "both", *arguments)


def plant(tree):
    """What the scripts need of the project, without its results files and tables."""
    shutil.rmtree(tree, ignore_errors=True)
    (tree / "docs").mkdir(parents=True)
    (tree / "results").mkdir()
    for script in [*PROJECT.glob("results/*.sh"), *PROJECT.glob("results/*.py")]:
        shutil.copy(script, tree / "results")
    shutil.copy(PROJECT / "docs/findings.md", tree / "docs")
    shutil.copytree(PROJECT / "configs/tuned", tree / "configs/tuned")


class Committed(unittest.TestCase):
    def test_tables_and_findings_are_those_of_the_files(self):
        files = [*PROJECT.glob("results/reference/*.h5"), *PROJECT.glob("results/selection/*.h5")]
        done = run(PROJECT / "results/make-report.sh", "--check", WORK / "committed", tree=WORK)
        self.assertEqual(done.returncode, 0 if files else 3, done.stdout + done.stderr)


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        plant(TREE)
        for method in "fedavg,fedavg-meta", "maml":
            name = method.partition(",")[0]
            train(TREE / f"results/reference/femnist-20-paper-{name}-1.h5", "--algorithms", method)
        for rate in "1e-3", "1e-2":
            train(TREE / f"results/selection/select-femnist-maml-{rate}-1e-4.h5", "--algorithms", "maml",
                  "--inner-lr", rate)
        meta = "--config", PROJECT / "configs/paper/table3-5-lr.toml", "--scale", 0.01, "--algorithms", "maml"
        model = TREE / "runs/reference/seed1/production-5-lr-model.h5"
        bench(model, *meta, "--rounds", 2, "--save-model")
        bench(TREE / "results/reference/production-5-lr-maml-1.h5", *meta, "--rounds", 0, "--start-from",
              f"{model}:maml")
        made = run("results/make-report.sh", WORK / "report")
        assert made.returncode == 0, made.stderr
        cls.accuracy = TREE / "results/tables/published/femnist-generated-20-accuracy.csv"
        cls.findings = TREE / "docs/findings.md"

    def check(self):
        return run("results/make-report.sh", "--check", WORK / "again").returncode

    def changed(self, path, text):
        before = path.read_text()
        self.assertNotEqual(before, text)
        path.write_text(text)
        self.addCleanup(path.write_text, before)

    def test_it_makes_the_report_the_tables_and_the_numbers(self):
        self.assertTrue((WORK / "report/all/report.html").exists())
        self.assertIn("maml", self.accuracy.read_text())
        self.assertIn("chosen", (TREE / "results/tables/selection/femnist-generated-20-selection.csv").read_text())
        self.assertIn("`femnist-20-*`, `sent140-*`, `shakespeare-20-*`; open: 70 of 72 files",
                      self.findings.read_text())
        self.assertRegex(self.findings.read_text(), r"\| femnist-generated-20 \| published \| maml \|")
        for table in TREE.glob("results/tables/*/*"):
            if table.name != "files.csv":  # which has the command lines, of this test absolute ones
                self.assertNotIn(str(WORK), table.read_text())

    def test_a_model_that_was_evaluated_alone_is_in_table_3(self):
        table = TREE / "results/tables/production/chen2018-table3.csv"
        row = next(line for line in table.read_text().splitlines() if line.startswith('"META, MAML + LR","5%, Top 1"'))
        self.assertIn(",shown,", row)

    def test_the_same_again(self):
        self.assertEqual(self.check(), 0)

    def test_another_number_in_a_table(self):
        text = self.accuracy.read_text()
        place = text.index("0.", text.index("maml"))
        self.changed(self.accuracy, text[:place] + "1." + text[place + 2:])
        self.assertEqual(self.check(), 1)

    def test_another_number_in_the_findings(self):
        self.changed(self.findings, self.findings.read_text().replace("open: 70 of 72", "open: 60 of 72"))
        self.assertEqual(self.check(), 1)

    def test_a_table_less_and_a_table_more(self):
        text = self.accuracy.read_text()
        self.accuracy.unlink()
        self.addCleanup(self.accuracy.write_text, text)
        self.assertEqual(self.check(), 1)
        self.accuracy.write_text(text)
        more = self.accuracy.with_name("more.csv")
        more.write_text(text)
        self.addCleanup(more.unlink)
        self.assertEqual(self.check(), 1)

    def test_a_results_file_less(self):
        file, away = TREE / "results/reference/femnist-20-paper-maml-1.h5", WORK / "away.h5"
        file.rename(away)
        self.addCleanup(away.rename, file)
        self.assertEqual(self.check(), 1)

    def test_a_folder_of_others_is_not_emptied(self):
        (WORK / "others").mkdir(exist_ok=True)
        self.assertEqual(run("results/make-report.sh", WORK / "others").returncode, 2)
        self.assertEqual(run("results/make-report.sh", "--chek").returncode, 2)
        self.assertEqual(run("results/make-report.sh", FEDMETA_BUILD_DIR=str(WORK / "none")).returncode, 2)


@unittest.skipUnless(shutil.which("h5repack") and shutil.which("h5diff"), "no h5repack and h5diff")
class Compact(unittest.TestCase):
    def setUp(self):
        self.whole, self.file = WORK / "compact/whole.h5", WORK / "compact/file.h5"
        if not self.whole.exists():
            train(self.whole, "--algorithms", "fedavg,maml", "--seeds", 1)
        shutil.copy(self.whole, self.file)

    def compact(self):
        return run(PROJECT / "results/compact.sh", self.file, tree=WORK).returncode

    def test_a_smaller_file_says_the_same_under_a_seal(self):
        self.assertEqual(self.compact(), 0)
        small = self.file.read_bytes()
        self.assertLess(len(small), 0.8 * self.whole.stat().st_size)
        self.assertEqual(run("h5diff", self.whole, self.file).returncode, 0)
        report = OURS.build.resolve() / "bin/fedmeta_report"
        same = run(report, "--compare", "--tolerance", 0, self.whole, self.file)
        self.assertEqual(same.returncode, 0, same.stderr)
        self.assertIn("The settings are the same.", same.stdout)
        self.assertEqual(self.compact(), 0)  # again: nothing to gain
        self.assertEqual(self.file.read_bytes(), small)
        self.file.write_bytes(small[:5000] + bytes([small[5000] ^ 1]) + small[5001:])
        damaged = run(report, "--compare", self.whole, self.file)
        self.assertEqual(damaged.returncode, 4)
        self.assertIn("checksum is wrong", damaged.stderr)

    def test_a_damaged_file_stays_as_it_is(self):
        damaged = self.whole.read_bytes()
        damaged = damaged[:9000] + bytes([damaged[9000] ^ 1]) + damaged[9001:]
        self.file.write_bytes(damaged)
        self.assertEqual(self.compact(), 1)
        self.assertEqual(self.file.read_bytes(), damaged)
        self.assertEqual([path.name for path in sorted(self.file.parent.iterdir())], ["file.h5", "whole.h5"])


class Queue(unittest.TestCase):
    """With a program in place of fedmeta_bench that copies a results file and keeps what it was asked for."""
    def setUp(self):
        self.tree = WORK / "queue"
        plant(self.tree)
        self.whole = WORK / "queue.h5"
        if not self.whole.exists():
            train(self.whole, "--algorithms", "maml", "--save-model")
        programs = self.tree / "build/bin"
        programs.mkdir(parents=True)
        (programs / "fedmeta_report").symlink_to(OURS.build.resolve() / "bin/fedmeta_report")
        (programs / "fedmeta_bench").write_text(
            '#!/bin/bash\necho "$*" >>asked\n[[ ${STOP-} ]] && exit "$STOP"\n'
            f'while [[ $1 != --output ]]; do shift; done\ncp {self.whole} "$2"\n')
        (programs / "fedmeta_bench").chmod(0o755)

    def queue(self, *patterns, **environment):
        done = run("results/run-all.sh", *patterns, tree=self.tree, RUN="env", FEDMETA_BUILD_DIR="build", **environment)
        asked = self.tree / "asked"
        lines = asked.read_text().splitlines() if asked.exists() else []
        asked.unlink(missing_ok=True)
        return done, lines

    def test_it_does_what_is_missing_once(self):
        done, asked = self.queue("femnist-20-paper-*-1", FEMNIST="data/femnist.h5")
        self.assertEqual((done.returncode, len(asked)), (0, 4), done.stderr)
        self.assertIn("--data data/femnist.h5 --config configs/paper/femnist-20.toml", asked[0])
        self.assertEqual(self.queue("femnist-20-paper-*-1", FEMNIST="data/femnist.h5")[1], [])
        listed = self.queue("--list", "femnist-20-paper-*")[0].stdout.splitlines()
        self.assertEqual([line.split()[2] for line in listed[:12]], ["there"] * 4 + ["-"] * 8)
        self.assertRegex(listed[12], "# results/reference: 4 of 12 files there; ")

    def test_it_passes_over_what_lacks_its_data_or_its_model(self):
        done, asked = self.queue("femnist-20-paper-maml-1", "jiang-figure2-fedavg10-sgd", FEMNIST="")
        self.assertEqual((done.returncode, asked), (0, []))
        self.assertIn("no FEMNIST: femnist-20-paper-maml-1", done.stderr)
        done, asked = self.queue("jiang-figure2-fedavg10-sgd", FEMNIST="data/femnist.h5")
        self.assertEqual((done.returncode, asked), (0, []))
        self.assertIn("passed over, no runs/reference/seed1/figure2-fedavg10-table1.h5", done.stderr)

    def test_an_entry_is_a_model_without_its_parameters_and_others_start_from_it(self):
        python = os.environ.get("FEDMETA_PYTHON", "python3")
        if subprocess.run([python, "-c", "import h5py"], capture_output=True).returncode:
            self.skipTest(f"no h5py in {python}")
        names = "jiang-table1-m5-e10-1", "jiang-figure2-fedavg10-sgd"
        done, asked = self.queue(*names, FEMNIST="data/femnist.h5")
        self.assertEqual((done.returncode, len(asked)), (0, 2), done.stderr)
        self.assertIn("--save-model", asked[0])
        self.assertIn("--start-from runs/reference/seed1/figure2-fedavg10-table1.h5:perfedavg", asked[1])
        model = self.tree / "runs/reference/seed1/figure2-fedavg10-table1.h5"
        entry = self.tree / "results/reference/jiang-table1-m5-e10-1.h5"
        parameters = "import h5py, sys; print('model' in h5py.File(sys.argv[1])['runs/maml/seed1'])"
        self.assertEqual([run(python, "-c", parameters, file).stdout.strip() for file in (model, entry)],
                         ["True", "False"])
        same = run(OURS.build.resolve() / "bin/fedmeta_report", "--compare", "--tolerance", 0, model, entry)
        self.assertIn("B is not worse", same.stdout)
        shutil.rmtree(self.tree / "runs")  # as in a clone
        self.assertEqual(self.queue(*names, FEMNIST="data/femnist.h5")[1], [])

    def test_failures_go_on_and_a_stop_does_not(self):
        done, asked = self.queue("femnist-20-paper-*-1", FEMNIST="data/femnist.h5", STOP="5")
        self.assertEqual((done.returncode, len(asked)), (5, 4), done.stderr)
        done, asked = self.queue("femnist-20-paper-*-1", FEMNIST="data/femnist.h5", STOP="75")
        self.assertEqual((done.returncode, len(asked)), (75, 1), done.stderr)

    def test_two_queues_share_the_entries(self):
        log = self.tree / "results/reference/femnist-20-paper-fedavg-1.log"
        log.parent.mkdir()
        holder = subprocess.Popen(["flock", log, "sleep", "60"])
        self.addCleanup(holder.wait)
        self.addCleanup(holder.kill)
        while subprocess.run(["flock", "--nonblock", log, "true"]).returncode == 0:
            pass  # until it is held
        done, asked = self.queue("femnist-20-paper-*-1", FEMNIST="data/femnist.h5")
        self.assertEqual((done.returncode, len(asked)), (0, 3), done.stderr)

    def test_names_are_there_once_and_hours_are_numbers(self):
        listed = [line.split() for line in self.queue("--list")[0].stdout.splitlines() if line[0] != "#"]
        self.assertEqual(len(listed), len({words[0] for words in listed}))
        self.assertTrue(all(float(words[1]) > 0 for words in listed))


if __name__ == "__main__":
    TREE.mkdir(parents=True, exist_ok=True)
    unittest.main(argv=[sys.argv[0], *UNITTEST])
