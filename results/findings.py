#!/usr/bin/env python3
"""Tables and numbers of results/make-report.sh.

findings.py tables REPORT OUT           copies the tables of a report, and the curves of some figures, to OUT
findings.py numbers LIST TABLES PAGE    writes the numbers into PAGE, between the comments that name them

Numbers with a fraction have six digits, so that what another compiler rounds otherwise in the last bit is the same.
LIST is what `results/run-all.sh --list` prints: how many files of a claim are there.
"""
import csv
import fnmatch
import math
import pathlib
import re
import sys

# The same for all files: the published values as they stand in results/published/.
LEFT_OUT = {"claims.csv", "external.csv"}
CURVES = ("*-accuracy.dat", "*-personalisation.dat", "jiang2019-figure2.dat")
FRACTION = re.compile(r"(?<![\w.:])-?\d+(?:\.\d+(?:e[-+]?\d+)?|e[-+]?\d+)(?![\w.:])")


def rounded(text):
    return FRACTION.sub(lambda match: f"{float(match[0]):.6g}", text)


def write_tables(report, out):
    out.mkdir(parents=True)
    for path in sorted((report / "tables").glob("*.csv")):
        if path.name not in LEFT_OUT:
            with open(path, newline="") as file, open(out / path.name, "w", newline="") as copy:
                csv.writer(copy, lineterminator="\n").writerows(
                    [cell if "." not in cell and "e" not in cell else rounded(cell) for cell in row]
                    if path.name != "files.csv" else row for row in csv.reader(file))
    for pattern in CURVES:
        for path in sorted((report / "figures").glob(pattern)):
            (out / path.name).write_text("".join(
                line if line.startswith("#") else rounded(line) for line in path.open()))


class Tables:
    """The tables of all groups, and the queue's entries."""

    def __init__(self, entries, folder):
        self.entries, self.folder = entries, folder

    def rows(self, pattern):
        """Rows of all tables whose path GROUP/NAME.csv matches, with group and setting (the name's first part)."""
        for path in sorted(self.folder.glob(pattern)):
            with open(path, newline="") as file:
                for row in csv.DictReader(file):
                    yield {"group": path.parent.name, "setting": path.stem.rpartition("-")[0], **row}

    def files(self, *patterns):
        """One line: how many files of a claim are there, and which."""
        asked = [name for name in self.entries if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)]
        missing = sum(not self.entries[name] for name in asked)
        names = ", ".join(f"`{pattern}`" for pattern in patterns)
        state = f"open: {missing} of {len(asked)} files" if missing else f"all {len(asked)} files are there"
        return [f"Files: {names}; {state}.", ""]


def number(text, digits, factor=1.0):
    return "" if text in ("", None) else f"{float(text) * factor:.{digits}f}"


def with_deviation(mean, deviation, digits=2, factor=1.0):
    mean, deviation = number(mean, digits, factor), number(deviation, digits, factor)
    return f"{mean} ± {deviation}" if mean and deviation else mean


def amount(text, bound=""):
    if text in ("", None):
        return ""
    sign = {"at least": "> ", "at most": "< "}.get(bound, "")
    return f"{sign}{float(text):.3g}"


def markdown(head, rows, nothing="No file yet."):
    rows = [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
    if not rows:
        return [nothing]
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows)]


RATES = ("published", "selected")


def paper_cells(tables, pattern):
    """Cells of a paper's table that were run: {(group, column, row): cell}."""
    return {(cell["group"], cell["column"], cell["row"]): cell for cell in tables.rows(pattern)
            if cell["value"] and cell["group"] in RATES}


def table2(tables):
    cells = paper_cells(tables, "*/chen2018-table2.csv")
    rows = []
    for (group, column, row), cell in cells.items():
        base = cells.get((group, column, "FedAvg"))
        above = paper_above = ""
        if base and row not in ("FedAvg", "FedAvg(Meta)"):
            above = f"{float(cell['value']) - float(base['value']):+.2f}"
            if cell["sd"] and base["sd"]:
                above += f" ± {math.hypot(float(cell['sd']), float(base['sd'])):.2f}"
            if cell["published"] and base["published"]:
                paper_above = f"{float(cell['published']) - float(base['published']):+.2f}"
        rows.append([column, group, row, with_deviation(cell["value"], cell["sd"]), cell["seeds"],
                     with_deviation(cell["published"], cell["published_sd"]), above, paper_above])
    rows.sort(key=lambda row: (row[0], row[1]))
    return [*tables.files("femnist-20-*", "sent140-*", "shakespeare-20-*"),
            *markdown(["data, support", "rates", "method", "accuracy, %", "seeds", "the paper's", "above FedAvg",
                       "the paper's"], rows)]


def overhead(tables):
    rows = []
    for row in tables.rows("*/*-overhead.csv"):
        if row["group"] in RATES:
            rows.append([row["setting"], row["group"], row["method"], f"{row['reached']} of {row['seeds']}",
                         amount(row["rounds"], row["bound"]), amount(row["flops"], row["bound"]),
                         amount(row["bytes"], row["bound"]),
                         amount(row["flops_reduction"], row["flops_reduction_bound"]),
                         amount(row["bytes_reduction"], row["bytes_reduction_bound"]),
                         number(row["bytes_reduction_sd"], 2)])
    return [*tables.files("femnist-20-*", "sent140-*", "shakespeare-20-*"),
            *markdown(["setting", "rates", "method", "reached it", "rounds", "FLOP", "bytes", "times fewer FLOP",
                       "times fewer bytes", "sd"], rows)]


def support(tables):
    cells = paper_cells(tables, "*/chen2018-table2.csv")
    rows = []
    for group in RATES:
        for data in ("FEMNIST", "Sent140", "Shakespeare"):
            for method in ("FedAvg", "FedAvg(Meta)", "FOMAML", "FedMeta(MAML)", "FedMeta(Meta-SGD)"):
                found = [cells.get((group, f"{data} {share}%", method)) for share in (20, 50, 90)]
                if sum(cell is not None for cell in found) > 1:
                    rows.append([data, group, method,
                                 *(with_deviation(cell["value"], cell["sd"]) if cell else "" for cell in found)])
    return [*tables.files("sent140-*-paper-*"), *markdown(["data", "rates", "method", "20%", "50%", "90%"], rows)]


def fairness(tables):
    rows = [[row["setting"], row["group"], row["method"], row["clients"], row["seeds"], number(row["mean"], 2, 100),
             f"{100 * math.sqrt(float(row['variance'])):.2f}" if row["variance"] else "",
             number(row["worst_tenth"], 2, 100), number(row["best_tenth"], 2, 100), number(row["share_at_1"], 2, 100)]
            for row in tables.rows("*/*-fairness.csv") if row["group"] in RATES]
    return [*tables.files("femnist-20-*", "sent140-*", "shakespeare-20-*"),
            *markdown(["setting", "rates", "method", "clients", "seeds", "mean, %", "sd over clients", "worst tenth",
                       "best tenth", "share at 100%"], rows)]


def adapting(tables):
    rows = [[row["setting"], row["group"], row["method"], row["seeds"],
             with_deviation(row["initial_accuracy"], row["initial_accuracy_sd"], factor=100),
             with_deviation(row["accuracy"], row["accuracy_sd"], factor=100),
             f"{100 * (float(row['accuracy']) - float(row['initial_accuracy'])):+.2f}"]
            for row in tables.rows("*/*-accuracy.csv")
            if row["group"] in RATES and row["status"] == "complete" and row["accuracy"] and row["initial_accuracy"]]
    return [*tables.files("*-paper-fedavg-?", "*-tuned-fedavg-?"),
            *markdown(["setting", "rates", "method", "seeds", "before, %", "after, %", "gained"], rows)]


def rounding(tables):
    """Beside the same method in fp32 after as many rounds, whose curve is that of the published rates."""
    rows = []
    for row in tables.rows("bf16/*-accuracy.csv"):
        curve = tables.folder / "published" / f"{row['setting']}-accuracy.dat"
        blocks = curve.read_text().split("\n\n\n") if curve.exists() else []
        exact = ""
        for block in blocks:
            head, *lines = block.strip().splitlines()
            for place, mean, less, more in map(str.split, lines if head.startswith(f"# {row['method']}:") else []):
                if float(place) == float(row["rounds"]):
                    exact = with_deviation(mean, str((float(more) - float(less)) / 2) if more != less else "")
        rows.append([row["setting"], row["method"], row["rounds"], row["seeds"], exact,
                     with_deviation(row["accuracy"], row["accuracy_sd"], factor=100)])
    return [*tables.files("bf16-*"), *markdown(["setting", "method", "rounds", "seeds", "fp32, %", "bf16, %"], rows)]


def paper_table(pattern, *files):
    def made(tables):
        rows = [[cell["row"], cell["column"], with_deviation(cell["value"], cell["sd"]), cell["seeds"], cell["clients"],
                 with_deviation(cell["published"], cell["published_sd"])]
                for cell in tables.rows(pattern) if cell["status"] == "shown" or cell["value"]]
        return [*tables.files(*files), *markdown(["", "", "here", "seeds", "test clients", "the paper's"], rows)]
    return made


def central(tables):
    rows = []
    for path in sorted(tables.folder.glob("jiang/jiang2019-figure2.dat")):
        for block in path.read_text().split("\n\n\n"):
            lines = block.strip().splitlines()
            values = [float(line.split()[1]) for line in lines[1:] if line.strip()]
            if values:
                best = max(range(len(values)), key=values.__getitem__)
                rows.append([lines[0].removeprefix("# ").partition(":")[0], f"{values[0]:.2f}", f"{values[best]:.2f}",
                             str(best), f"{values[-1]:.2f}", str(len(values) - 1)])
    return [*tables.files("jiang-figure2-*"),
            *markdown(["model, personalised by", "initial, %", "best, %", "at epoch", "last, %", "epochs"], rows)]


def selection(tables):
    rows = []
    for row in tables.rows("selection/*-selection.csv"):
        rates = ", ".join(f"{name.replace('_', '-')} {row[name]}" for name in row if name.endswith("_lr") and row[name])
        rows.append([row["setting"], row["method"], rates,
                     with_deviation(row["validation_accuracy"], row["validation_accuracy_sd"], factor=100),
                     row["status"]])
    return [*tables.files("select-femnist-*", "select-sent140-*"),
            *markdown(["setting", "method", "rates", "validation accuracy, %", ""], rows)]


NUMBERS = {
    "table2": table2, "overhead": overhead, "support": support, "fairness": fairness, "adapting": adapting,
    "production": paper_table("production/chen2018-table3.csv", "production-*"),
    "jiang1": paper_table("jiang/jiang2019-table1.csv", "jiang-table1-*"),
    "reptile": paper_table("jiang/jiang2019-table3.csv", "jiang-table3-*", "jiang-figure3-*"),
    "central": central, "rounding": rounding,
    "fedlab": paper_table("fedlab/fedlab-*.csv", "fedlab-*"),
    "flower": paper_table("flower/flower.csv", "flower-*"),
    "selection": selection,
}


def write_numbers(listed, folder, page):
    entries = {words[0]: words[2] == "there" for words in map(str.split, listed.open()) if words[0] != "#"}
    tables = Tables(entries, folder)
    text = page.read_text()
    for name, made in NUMBERS.items():
        block = re.compile(rf"(<!-- numbers: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        lines = "\n".join(made(tables))
        text, found = block.subn(lambda match: f"{match[1]}\n{lines}\n\n{match[2]}", text)
        if found != 1:
            sys.exit(f"findings: {page} has no place, or several, for {name}")
    page.write_text(text)


def main():
    if sys.argv[1:2] == ["tables"] and len(sys.argv) == 4:
        write_tables(*map(pathlib.Path, sys.argv[2:]))
    elif sys.argv[1:2] == ["numbers"] and len(sys.argv) == 5:
        write_numbers(*map(pathlib.Path, sys.argv[2:]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
