#!/usr/bin/env python3
"""Measures the memory that reading a file takes, as a multiple of the file's size.

    loading_memory.py --data build/bin/fedmeta_data --work DIR [--megabytes 24] [--check]

Each kind of file is made in two sizes, the second three times the first, and read by `fedmeta_data inspect`. The
multiple is the difference of their peaks of resident memory over the difference of their sizes, so that what does not
depend on the file drops out. "usual" files are as programs and people write them, "costly" ones have as much structure
as possible in each byte. With --check the status is 1 where a multiple is above its limit. Files are removed again.
"""
import argparse
import gzip
import json
import multiprocessing
import os
import pathlib
import random
import subprocess
import sys

# Kind: (limit, what it is). docs/reliability.md states the limits.
KINDS = {
    "images.json": (4, "LEAF JSON of images, usual"),
    "images.json.gz": (6, "the same, gzip'd: a multiple of what it unpacks to"),
    "windows.json": (5, "LEAF JSON of text windows, usual"),
    "tweets.json": (6, "LEAF JSON of tweets, usual"),
    "users.json": (20, "LEAF JSON of users without samples, costly"),
    "tweets-short.json": (20, "LEAF JSON of empty tweets, costly"),
    "play.txt": (20, "Gutenberg's text, usual"),
    "lines.txt": (25, "Gutenberg's text of empty lines, costly"),
    "words.txt": (2, "word vectors of 50 numbers, usual"),
    "words-short.txt": (20, "word vectors of one number, costly"),
    "log.csv": (4, "CSV log, usual"),
    "log-users.csv": (65, "CSV log of a use for each user, costly"),
    "images.h5": (4, "data file of images"),
    "windows.h5": (8, "data file of text windows"),
}


def words_of(count, seed=1):
    letters = random.Random(seed)
    return ["".join(letters.choices("abcdefghijklmnopqrstuvwxyz", k=letters.randint(1, 9))) for _ in range(count)]


def until(size, pieces):
    """Pieces of text until they have `size` characters."""
    made = []
    while size > 0:
        made.append(next(pieces))
        size -= len(made[-1])
    return "".join(made)


def play(size):
    words = random.Random(2)
    known = words_of(2000)

    def lines():
        for i in range(1 << 40):
            opening = f"  ROLE {'ABCDEFGHIJ'[i // 40 % 10]}. " if i % 40 == 0 else "    "
            yield opening + " ".join(words.choices(known, k=9)) + "\n"

    return "THE PLAY\n\nby William Shakespeare\n\n\n" + until(size, lines())


def vectors(size, numbers):
    values = random.Random(3)
    return until(size, (f"w{i}" + "".join(f" {values.uniform(-1, 1):.5f}" for _ in range(numbers)) + "\n"
                        for i in range(1 << 40)))


def tweets(size, text):
    made, i = {}, 0
    known, words = words_of(2000), random.Random(4)
    while size > 0:
        x = [[str(i + k), "Mon Apr 06 22:19:45 PDT 2009", "NO_QUERY", "ann", " ".join(words.choices(known, k=14)), "t"]
             if text else ["", "", "", "", ""] for k in range(40)]
        made[f"user{i}"] = {"x": x, "y": [0] * 40}
        size -= len(json.dumps(made[f"user{i}"]))
        i += 40
    return json.dumps({"users": list(made), "user_data": made})


def generated(data, name, work, size):
    """A file of a data set's stand-in, of about that size."""
    bytes_per_sample = {"images.json": 4000, "images.json.gz": 4000, "windows.json": 100, "log.csv": 35, "images.h5": 790,
                        "windows.h5": 9}[name]
    samples = size / bytes_per_sample
    leaf = name.endswith((".json", ".json.gz"))
    clients = 50 if leaf else max(50, round(samples / 1000))  # a shard has at most 100
    mean = max(20, round(samples / clients))
    dataset = {"images": "femnist", "windows": "shakespeare", "log": "production"}[name.split(".")[0]]
    target = work / ("leaf" if leaf else name)
    subprocess.run([data, "generate", dataset, "--clients", str(clients), "--mean-samples", str(mean), "--sd-samples",
                    str(mean // 4), "--min-samples", "10", "--output", target, "--force"],
                   check=True, stdout=subprocess.DEVNULL)
    if not leaf:
        return target
    shards = sorted((target / "train").iterdir())
    assert len(shards) == 1, "one shard"
    return shards[0]


def write(data, name, work, size):
    """Writes a file of about that size. Returns it and the size that counts."""
    path = work / name
    if name in ("images.json", "images.json.gz", "windows.json", "log.csv", "images.h5", "windows.h5"):
        made = generated(data, name, work, size)
        if name.endswith(".gz"):
            path.write_bytes(gzip.compress(made.read_bytes(), 1))
            return path, made.stat().st_size
        return made, made.stat().st_size
    text = {
        "tweets.json": lambda: tweets(size, True),
        "tweets-short.json": lambda: tweets(size, False),
        "users.json": lambda: '{"user_data": {' + ",".join(f'"{i}":{{"x":[],"y":[]}}' for i in range(size // 24)) + "}}",
        "play.txt": lambda: play(size),
        "lines.txt": lambda: play(10000) + "\n" * size,
        "words.txt": lambda: vectors(size, 50),
        "words-short.txt": lambda: until(size, (f"{i:x} 1\n" for i in range(1 << 40))),
        "log-users.csv": lambda: "user,time,item\n" + until(size, (f"{i:x},1,a\n" for i in range(1 << 40))),
    }[name]()
    path.write_text(text)
    return path, len(text)


def peak(data, path, arguments):
    """Kilobytes of resident memory that inspecting takes at most."""
    process = subprocess.Popen([data, "inspect", path, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"loading_memory: fedmeta_data inspect {path} ended with status {process.returncode}")
    return usage.ru_maxrss * 1024


def measure(data, name, work, size):
    points = []
    for factor in (1, 3):
        # In a process of its own: what a process starts with counts as its peak, too.
        with multiprocessing.Pool(1) as pool:
            path, counted = pool.apply(write, (data, name, work, factor * size))
        arguments = []
        if name.startswith("words"):
            (work / "one.json").write_text(tweets(1, True))
            arguments, path = ["--glove", path], work / "one.json"
        elif name.startswith("users"):
            arguments = ["--dataset", "femnist"]
        points.append((counted, peak(data, path, arguments)))
    (small, low), (large, high) = points
    return large, high, (high - low) / (large - small)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True, help="fedmeta_data")
    parser.add_argument("--work", required=True, type=pathlib.Path)
    parser.add_argument("--megabytes", type=float, default=8, help="size of the smaller file")
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    failed = []
    print(f"{'':19} {'file, MB':>9} {'peak, MB':>9} {'multiple':>9} {'limit':>6}")
    for name in options.kinds:
        limit, what = KINDS[name]
        size, high, multiple = measure(options.data, name, options.work, round(options.megabytes * 1e6))
        print(f"{name:19} {size / 1e6:9.1f} {high / 1e6:9.1f} {multiple:9.2f} {limit:6}  {what}", flush=True)
        if multiple > limit:
            failed.append(name)
    subprocess.run(["rm", "-rf", "--", options.work], check=True)
    if failed:
        print("above the limit: " + ", ".join(failed))
    return 1 if failed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
