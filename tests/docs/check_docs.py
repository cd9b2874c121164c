#!/usr/bin/env python3
"""What documentation and comments point at must be there. Usage: check_docs.py [ROOT]

- Every path that Markdown, comments and configurations name is a file, a folder or a pattern of this repository.
- Every citation of docs/protocols.md ("docs/protocols.md 2.1", "A13") is a heading or a row of that page.
- No line of docs/ and the README is longer than 120 columns, but for tables and lines with a URL.

Prints one line for each fault, FILE:LINE: WHAT, and exits with 1 if there was one.
"""
import bisect
import fnmatch
import pathlib
import posixpath
import re
import subprocess
import sys

PAGE = "docs/protocols.md"
COLUMNS = 120

# Files of other code bases, and files that programs write: they look like paths of this repository.
FOREIGN = {
    "data/shakespeare/preprocess/preprocess_shakespeare.py", "models/utils/language_utils.py",
    "data/synthetic/data_generator.py", "data/synthetic_1_1/generate_synthetic.py", "fedmeta/strategy.py",
    "perfedavg/fine_tuner.py", "perfedavg/utils.py", "perfedavg/models.py", "single_process.py",
    "preprocess_shakespeare.py", "language_utils.py", "preprocess.sh", "sample.py", "femnist/cnn.py",
    "tools/compare.py", "compare.py", "TorchConfig.cmake", "device_util.py",
    "report.md", "report/report.md",
}

ENDINGS = (".cpp", ".hpp", ".cu", ".cuh", ".cmake", ".md", ".py", ".sh", ".sbatch", ".toml", ".in")
WORD = re.compile(r"[\w.$*{][\w./*{},$-]*")

NUMBER = r"(?:A\d{1,2}|\d+(?:\.\d+)*)"
CITATION = re.compile(rf"protocols\.md`?,? ({NUMBER}(?:(?:,|,? and| to) {NUMBER})*)")
SECTION_OF = re.compile(rf"[Ss]ection ({NUMBER}) of `?(?:docs/)?protocols\.md")
ASSUMPTION = re.compile(r"(?<![\w.])A\d{1,2}(?!\w|\.\d)")
ELSEWHERE = re.compile(r"\b[A-Z]{6,}(?:,? section \d|,? A\d|,? \d+\.\d)")  # the section of a document in capitals


def project_files(root):
    """Names of the files that belong to the project: what git has or would add. Without git, in an unpacked release,
    all but hidden folders and those that the top-level .gitignore lists."""
    command = ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if (root / ".git").exists():
        listed = subprocess.run(command, check=False, capture_output=True, text=True)
        if listed.returncode == 0:
            return sorted({name for name in listed.stdout.split("\0") if (root / name).is_file()})
    made = re.compile(r"(build.*|runs|data|report)/")
    names = (str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    return sorted(name for name in names if not made.match(name) and not re.match(r"\.(?!ci/)[^/]*/", name))


class Tree:
    """The files and folders that belong to the project."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.files = project_files(self.root)
        folders = {str(parent) for name in self.files for parent in pathlib.PurePath(name).parents} - {"."}
        self.paths = {*self.files, *(name.removesuffix(".toml") for name in self.files), *folders}
        self.names = {pathlib.PurePath(name).name for name in self.files}
        # What a path of ours begins with. A room alone is none of these: "data/a.json" is a user's file.
        self.heads = {name.removeprefix("configs/").split("/")[0] for name in folders}

    def read(self, name):
        return (self.root / name).read_text(encoding="utf-8")

    def is_path(self, word):
        """Does the word claim to be a path of this repository?"""
        return word.endswith(ENDINGS) or ("/" in word and word.split("/")[0] in self.heads)

    def has(self, word, page):
        """Is it there, seen from the root, from src/, from configs/ or from the folder of the page?"""
        if "/" not in word and word in self.names:
            return True
        places = ["", "src/", "configs/", f"{pathlib.PurePath(page).parent}/"]
        return all(any(self.matches(place + one) for place in places) for one in braces(word.rstrip("/")))

    def matches(self, path):
        path = posixpath.normpath(path)  # "docs/../jobs"
        pattern = re.sub(r"\$\w+|[A-Z]+", "*", path)  # $f, ALGORITHM, M: any value
        return path in self.paths or ("*" in pattern and any(
            fnmatch.fnmatch(one, end) for one in self.paths for end in (path, pattern)))


def braces(pattern):
    """a{b,c}d gives abd and acd, as in a shell."""
    match = re.search(r"\{([^{}]*)\}", pattern)
    if not match:
        return [pattern]
    return [whole for part in match[1].split(",")
            for whole in braces(pattern[:match.start()] + part + pattern[match.end():])]


class Text:
    """Lines joined to one string, since citations go over line ends, that still knows where each begins."""

    def __init__(self, lines):  # pairs of line number and text
        self.numbers, self.starts, parts, length = [], [], [], 0
        for number, line in lines:
            self.numbers.append(number)
            self.starts.append(length)
            parts.append(line.strip() + " ")
            length += len(parts[-1])
        self.text = "".join(parts)

    def find(self, pattern):
        """Pairs of a match and its line."""
        for match in pattern.finditer(self.text):
            yield match, self.numbers[bisect.bisect_right(self.starts, match.start()) - 1]


def words_for_people(name, source):
    """The lines of a file that people read: all of Markdown, of others the comments."""
    lines = list(enumerate(source.splitlines(), 1))
    if name.endswith(".md"):
        return Text(lines)
    if name.endswith((".cpp", ".hpp", ".cu", ".cuh", ".in")):
        comment = re.compile(r"(?<!:)//[/!<]*(.*)")
    else:
        comment = re.compile(r"(?:^|\s)#(?!\{)(.*)")
    return Text([(number, match[1]) for number, line in lines if (match := comment.search(line))])


def headings_and_rows(page):
    """Numbers that can be cited: of headings, and of rows of the table of assumptions."""
    return set(re.findall(r"^#+ (\d+(?:\.\d+)*) ", page, re.M)) | set(re.findall(r"^\| (A\d+) \|", page, re.M))


def faults(root):
    tree = Tree(root)
    known = headings_and_rows(tree.read(PAGE))
    for name in tree.files:
        if not name.endswith(ENDINGS) and pathlib.PurePath(name).name not in ("CMakeLists.txt", "run", "bootstrap.sh"):
            continue
        source = tree.read(name)
        text = words_for_people(name, source)
        for match, line in text.find(WORD):
            word = match[0].rstrip(".,").removeprefix("./")
            if tree.is_path(word) and word not in FOREIGN and not tree.has(word, name):
                yield f"{name}:{line}: no such path: {word}"
        cited = [(number, line) for pattern in (CITATION, SECTION_OF) for match, line in text.find(pattern)
                 for number in re.findall(NUMBER, match[1])]
        cited += [(match[0], line) for match, line in text.find(ASSUMPTION)]
        for number, line in sorted(set(cited)):
            if number not in known:
                yield f"{name}:{line}: {PAGE} has no {number}"
        for match, line in text.find(ELSEWHERE):
            yield f"{name}:{line}: cites a document that is not here: {match[0]}"
        if name.startswith("docs/") or name == "README.md":
            for line, content in enumerate(source.splitlines(), 1):
                if len(content) > COLUMNS and not content.startswith("|") and "://" not in content:
                    yield f"{name}:{line}: {len(content)} columns, more than {COLUMNS}"


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
    found = list(faults(root))
    print("\n".join(found) if found else "documentation: every path and citation is there")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
