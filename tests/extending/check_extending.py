#!/usr/bin/env python3
"""Holds the code in docs/extending.md against tests/extending. Usage: check_extending.py [ROOT]

Every line of an indented block of the page stands in a file below tests/extending, but for lines that call a program.
Prints one line for each that does not, FILE:LINE: WHAT, and exits with 1 if there was one.
"""
import pathlib
import re
import sys

PAGE = "docs/extending.md"
COMMAND = re.compile(r"(build/bin/)?fedmeta_|mpirun |cmake |git |tests/")


def faults(root):
    root = pathlib.Path(root)
    known = {line.strip() for path in (root / "tests/extending").rglob("*") if path.is_file() and path.suffix != ".pyc"
             for line in path.read_text(encoding="utf-8").splitlines()}
    known |= {line.split(": ", 1)[-1].strip() for path in (root / "tests/extending").glob("*/lines")
              for line in path.read_text(encoding="utf-8").splitlines()}
    for number, line in enumerate((root / PAGE).read_text(encoding="utf-8").splitlines(), 1):
        code = line.strip()
        if line.startswith("    ") and code and code not in known and not COMMAND.match(code):
            yield f"{PAGE}:{number}: not in tests/extending: {code}"


def main():
    found = list(faults(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]))
    print("\n".join(found) if found else "extending: the page shows code that is compiled")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
