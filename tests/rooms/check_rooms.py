#!/usr/bin/env python3
"""Holds the sources against the rooms' lists. Usage: check_rooms.py [FOLDER]

FOLDER (src/) holds rooms.toml, which says what each room may include and what its lines never hold. Prints one
line for each fault, FILE:LINE: WHAT, and exits with 1 if there was one.
"""
import fnmatch
import pathlib
import re
import sys
import tomllib

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
COMMENT = re.compile(r"(?<!:)//.*")
SOURCES = {".cpp", ".hpp", ".cu", ".cuh"}


class Lists:
    def __init__(self, folder):
        with open(folder / "rooms.toml", "rb") as file:
            lists = tomllib.load(file)
        self.libraries, self.rooms = lists["libraries"], lists["rooms"]
        self.apart, self.never, self.exceptions = (lists.get(key, []) for key in ("apart", "never", "exceptions"))
        self.used = [False] * len(self.exceptions)

    def room_of(self, path):
        """The room of a file or a header: the longest folder on its path that is one, or none."""
        return next((str(p) for p in pathlib.PurePosixPath(path).parents if str(p) in self.rooms), None)

    def library_of(self, header):
        """The library of a header, or "" for the C++ standard library's, or none."""
        for library, patterns in self.libraries.items():
            if any(fnmatch.fnmatchcase(header, pattern) for pattern in patterns):
                return library
        return "" if re.fullmatch("[a-z_]+", header) else None

    def excepted(self, name, what):
        """Is it an exception? Remembers which ones were needed."""
        found = [i for i, e in enumerate(self.exceptions) if e["what"] == what and fnmatch.fnmatch(name, e["files"])]
        for i in found:
            self.used[i] = True
        return bool(found)


def faults_of_lists(lists):
    """Rooms see rooms above them alone, and names that are in the lists."""
    above = set()
    for room, sees in lists.rooms.items():
        for name in sees:
            if name not in above and name not in lists.libraries:
                yield f"rooms.toml: {room} cannot see {name}: no library and no room above it"
        above.add(room)
    for rule in lists.apart:
        for room, sees in lists.rooms.items():
            if set(rule["libraries"]) <= set(sees):
                yield f'rooms.toml: {room} sees {" and ".join(rule["libraries"])}: {rule["because"]}'
        for library in set(rule["libraries"]) - set(lists.libraries):
            yield f"rooms.toml: no such library: {library} (apart)"
    for rule in lists.never:
        for room in set(rule["rooms"]) - set(lists.rooms):
            yield f'rooms.toml: no such room: {room} (never: {rule["what"]})'


def faults_of_line(lists, name, room, line):
    if include := INCLUDE.match(line):
        quoted, header = include[1] == '"', include[2]
        seen = lists.room_of(header) if quoted else lists.library_of(header)
        if seen is None:
            yield f"{header} belongs to no {'room' if quoted else 'library'} of rooms.toml"
        elif seen not in ("", room, *lists.rooms[room]) and not lists.excepted(name, seen):
            yield f"{room} does not see {seen} ({header})"
    for rule in lists.never:
        if room in rule["rooms"] and re.search(rule["pattern"], line) and not lists.excepted(name, rule["what"]):
            yield f'{room} never has {rule["what"]}: {rule["because"]}'


def faults(folder):
    folder = pathlib.Path(folder)
    lists = Lists(folder)
    yield from faults_of_lists(lists)
    for path in sorted(p for p in folder.rglob("*") if p.suffix in SOURCES):
        name = path.relative_to(folder).as_posix()
        room = lists.room_of(name)
        if room is None:
            yield f"{name}: in no room of rooms.toml"
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for fault in faults_of_line(lists, name, room, COMMENT.sub("", line)):
                yield f"{name}:{number}: {fault}"
    for exception, used in zip(lists.exceptions, lists.used):
        if not used:
            yield f'rooms.toml: exception not needed any more: {exception["files"]}, {exception["what"]}'


def main():
    found = list(faults(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2] / "src"))
    print("\n".join(found) if found else "rooms: every include is as src/rooms.toml allows")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
