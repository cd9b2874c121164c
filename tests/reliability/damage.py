#!/usr/bin/env python3
"""damage.py --programs build/bin --work FOLDER: damages results files and data files, and gives them to fedmeta_report
and fedmeta_data. They must refuse what is damaged with status 3 or 4, or show exactly what they show of the whole file.

Files are cut short, bits are flipped, blocks are zeroed, overwritten with random bytes, swapped, all by --seed. Each
kind of file comes in several forms: as it is published (with its seal), changed by another program (without; for
results as a killed run leaves them, too), and in the form of earlier versions, which had no checksums: of those other
numbers are counted, and are no fault. Nor are they where Fletcher-32, the checksum inside of files, cannot find them.
Needs h5py: status 77 without."""

import argparse
import collections
import csv
import os
import pathlib
import random
import resource
import shutil
import subprocess
import sys

try:
    import h5py
    import numpy
except ImportError:
    print("SKIPPED: no h5py (set FEDMETA_PYTHON)")
    sys.exit(77)

HANG = 120  # seconds, on a machine that does other work, too; the programs give up after 20
MEMORY = 1.5 * 2**30
SEAL = 36  # bytes
SILENT = "OTHER NUMBERS IN SILENCE"
CHILD = "refused, after a crash or a hang of the child process that reads first"
UNCHECKED = "with other numbers (no checksums)"
HOLE = "with other numbers (zeros for ones, which Fletcher-32 does not tell apart)"
GOOD = {"refused", CHILD, "no difference", UNCHECKED, HOLE}
RUN = ["--dataset", "synthetic", "--generated-clients", "12", "--clients-per-round", "3", "--algorithms", "fedavg,maml",
       "--seeds", "1,2", "--rounds", "6", "--eval-every", "2", "--target-accuracy", "0.1", "--device", "cpu", "--threads",
       "1", "--personal-epochs", "1", "--personal-curve", "2"]
DATA = {"synthetic": ["--clients", "6"], "femnist": ["--clients", "4", "--mean-samples", "12", "--sd-samples", "2"],
        "shakespeare": ["--clients", "4", "--mean-samples", "20", "--sd-samples", "2"]}


# ---------------------------------------------------------------------------------------------------------- forms

def without_seal(path):
    os.truncate(path, path.stat().st_size - SEAL)


def as_killed(path):
    """What a run leaves that was killed in its last training."""
    with h5py.File(path, "r+") as file:
        last = list(list(file["runs"].values())[-1].values())[-1]
        for node in (file, last):
            node.attrs["status"] = numpy.bytes_(b"running")


def as_before(path):
    """Texts of any length, values without checksums, in the formats of HDF5's first versions."""
    old = path.with_suffix(".old")
    with h5py.File(path) as source, h5py.File(old, "w", libver="earliest", track_order=True) as target:
        def attributes(node, into):
            for name, value in node.attrs.items():
                if isinstance(value, bytes):
                    into.attrs[name] = value.decode()
                elif numpy.ndim(value) == 0:
                    into.attrs[name] = value

        def add(name, node):
            if isinstance(node, h5py.Group):
                made = target.create_group(name, track_order=True)
            elif node.dtype.kind == "S":
                made = target.create_dataset(name, data=[text.decode() for text in node[()]], dtype=h5py.string_dtype(),
                                             maxshape=node.maxshape if node.maxshape[0] is None else None)
            elif "/target/" in name:
                made = target.create_dataset(name, data=node[0])
            else:
                made = target.create_dataset(name, data=node[()], dtype=node.dtype, maxshape=node.maxshape
                                             if node.maxshape[0] is None else None)
            attributes(node, made)

        attributes(source, target)
        source.visititems(add)
        for name, version in (("schema_version", 2), ("format_version", 1)):
            if name in target.attrs:
                target.attrs[name] = numpy.int32(version)
    old.replace(path)


RESULTS_FORMS = {"published": None, "killed": as_killed, "changed": without_seal, "earlier": as_before}
DATA_FORMS = {"published": None, "changed": without_seal, "earlier": as_before}


# --------------------------------------------------------------------------------------------------------- damage

def block(draw, size):
    length = min(size, draw.choice([1, 8, 64, 512, 512, 4096, 4096]))
    begin = draw.randrange(size - length + 1)
    return begin, begin + length


def is_hole(whole, content):
    """Fletcher-32 counts modulo 65535: two bytes of ones are as good as two of zeros."""
    return len(whole) == len(content) and all({a, b} == {0, 255} for a, b in zip(whole, content) if a != b)


def damaged(draw, whole):
    """Returns the kind of damage, and other bytes than those of the whole file."""
    while True:
        content = bytearray(whole)
        kind = draw.choice(["cut short", "a bit", "a bit", "a bit", "zeros", "random bytes", "swapped blocks"])
        if kind == "cut short":
            del content[draw.choice([draw.randrange(len(whole)), len(whole) - draw.randint(1, 64)]):]
        elif kind == "a bit":
            content[draw.randrange(len(whole))] ^= 1 << draw.randrange(8)
        elif kind == "swapped blocks":
            length = draw.choice([8, 64, 512, 4096])
            if 2 * length > len(whole):
                continue
            places = (len(whole) - length) // length
            a, b = (place * length for place in draw.sample(range(places + 1), 2))
            content[a:a + length], content[b:b + length] = content[b:b + length], content[a:a + length]
        else:
            begin, end = block(draw, len(whole))
            content[begin:end] = bytes(end - begin) if kind == "zeros" else draw.randbytes(end - begin)
        if content != whole:
            return kind, bytes(content)


# ------------------------------------------------------------------------------------------------------- programs

def run(command, folder):
    for _ in range(2):  # a machine may stall once
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, timeout=HANG,
                                  env=dict(os.environ, PATH="/nowhere"))
            return done.returncode, done.stdout, done.stderr
        except subprocess.TimeoutExpired:
            pass
    return "hang", b"", b""


class Report:
    """What fedmeta_report makes of a file, without pictures."""
    name = "f.h5"

    def __init__(self, programs):
        self.program = str(programs / "fedmeta_report")

    def show(self, folder):
        shutil.rmtree(folder / "out", ignore_errors=True)
        status, _, errors = run([self.program, self.name, "--out", "out"], folder)
        shown = {path.relative_to(folder): path.read_bytes() for path in sorted((folder / "out").rglob("*"))
                 if path.suffix in (".csv", ".md", ".dat")} if status == 0 else {}
        return status, self.without_hash(folder, shown), errors

    @staticmethod
    def without_hash(folder, shown):
        """The report states the hash of the whole file, which changes with bytes that nothing reads, too."""
        if not shown:
            return shown
        with open(folder / "out/tables/files.csv", newline="") as table:
            digest = next(csv.DictReader(table))["xxh3"].encode()
        return {path: content.replace(digest, b"the hash of the file") for path, content in shown.items()}


class Data:
    """What fedmeta_data says about a file, and the samples that it reads from it."""
    name = "f.h5"

    def __init__(self, programs):
        self.program = str(programs / "fedmeta_data")

    def show(self, folder):
        status, text, errors = run([self.program, "inspect", self.name], folder)
        if status != 0:
            return status, {}, errors
        status, _, errors = run([self.program, "convert", self.name, "--output", "copy.h5", "--force"], folder)
        if status != 0:
            return status, {}, errors
        with h5py.File(folder / "copy.h5") as file:
            shown = {name: (node.shape, node.dtype.str, node[()].tobytes()) for name, node in file.items()}
            shown |= {f"@{name}": str(value) for name, value in file.attrs.items()}
        return status, shown | {"text": text}, errors


# ------------------------------------------------------------------------------------------------------- campaign

class Campaign:
    def __init__(self, arguments):
        self.arguments = arguments
        self.work = pathlib.Path(arguments.work)
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        self.faults = []

    def make(self, name, command):
        path = self.work / name
        done = subprocess.run([*command, "--output", str(path)], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return path

    def fault(self, what, folder, errors):
        kept = self.work / f"fault-{len(self.faults)}.h5"
        shutil.copy(folder / "f.h5", kept)
        self.faults.append(what)
        print(f"FAULT: {what}: {kept}: {errors.decode(errors='replace').strip()[:200]}", flush=True)

    def damage(self, original, form, change, count, shower):
        folder = self.work / f"{original.stem}-{form}"
        folder.mkdir()
        path = folder / "f.h5"
        shutil.copy(original, path)
        if change:
            change(path)
        whole = path.read_bytes()
        status, expected, errors = shower.show(folder)
        if status != 0:
            self.fault(f"{original.stem}, {form}: the whole file ends with {status}", folder, errors)
            return
        outcomes = collections.Counter()
        for number in range(count):
            draw = random.Random(f"{self.arguments.seed}/{original.stem}/{form}/{number}")
            kind, content = damaged(draw, whole)
            path.write_bytes(content)
            status, shown, errors = shower.show(folder)
            outcome = self.judge(status, shown == expected, errors)
            if outcome == SILENT and change is as_before:
                outcome = UNCHECKED
            if outcome == SILENT and change and is_hole(whole, content):
                outcome = HOLE
            outcomes[outcome] += 1
            if outcome == CHILD:
                shutil.copy(path, self.work / f"child-{original.stem}-{form}-{number}.h5")
            if outcome not in GOOD:
                self.fault(f"{original.stem}, {form}, number {number}, {kind}: {outcome}", folder, errors)
        counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        print(f"{original.stem}, {form}, {len(whole)} bytes: {count} damaged: {counts}", flush=True)
        shutil.rmtree(folder)

    @staticmethod
    def judge(status, same, errors):
        if status == "hang":
            return "hang"
        if status < 0:
            return f"crash by signal {-status}"
        if status == 0:
            return "no difference" if same else SILENT
        if status not in (3, 4) or errors.count(b"\n") != 1:
            return f"status {status}, {errors.count(bytes([10]))} lines"
        return CHILD if b"reading it does not end, or not well" in errors else "refused"

    def all(self):
        programs = pathlib.Path(self.arguments.programs).resolve()
        if self.arguments.results > 0:
            original = self.make("results.h5", [str(programs / "fedmeta_bench"), *RUN])
            for form, change in RESULTS_FORMS.items():
                self.damage(original, form, change, self.arguments.results // len(RESULTS_FORMS), Report(programs))
        count = self.arguments.data // (len(DATA) * len(DATA_FORMS))
        for dataset, options in DATA.items() if count else ():
            original = self.make(f"{dataset}.h5", [str(programs / "fedmeta_data"), "generate", dataset, *options])
            for form, change in DATA_FORMS.items():
                self.damage(original, form, change, count, Data(programs))
        memory = 1024 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        if memory > MEMORY:
            self.faults.append(f"{memory / 2**30:.1f} GiB of memory")
        print(f"{len(self.faults)} faults; at most {memory >> 20} MiB of memory")
        return 1 if self.faults else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True, help="folder of the built programs")
    parser.add_argument("--results", type=int, default=800, help="damaged results files")
    parser.add_argument("--data", type=int, default=1530, help="damaged data files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", required=True, help="folder, which is emptied")
    return Campaign(parser.parse_args()).all()


sys.exit(main())
