"""Plants each fault that check_rooms.py looks for in a small tree, and wants to see exactly that one."""
import unittest

import check_rooms
import planted_tree

LISTS = """
[libraries]
clocks = ["chrono"]
torch = ["ATen/*"]
mpi = ["mpi.h"]
[rooms]
base = []
data = ["base"]
"data/resident" = ["data", "torch"]
comm = ["base", "mpi"]
[[apart]]
libraries = ["torch", "mpi"]
because = "they clash"
[[never]]
what = "waiting"
rooms = ["data/resident"]
pattern = 'item\\(\\)'
because = "it waits"
"""
EXCEPTION = '[[exceptions]]\nwhat = "{}"\nfiles = "{}"\nbecause = "not yet"\n'
TREE = {
    "rooms.toml": LISTS,
    "base/error.hpp": '#include <string>\n#include "base/error.hpp"\n',
    "data/leaf/leaf.cpp": '#include "base/error.hpp"  // not <mpi.h>\nx.item();\n',
    "data/resident/batch.hpp": '#include <ATen/ATen.h>\n#include "data/leaf/leaf.hpp"\n// x.item()\n',
    "comm/session.cpp": '#include <mpi.h>\n#include "base/error.hpp"\n',
}


class CheckRooms(unittest.TestCase):
    def faults(self, **changes):
        return planted_tree.faults(check_rooms, TREE, changes)

    def test_a_tree_without_faults(self):
        self.assertEqual(self.faults(), [])

    def test_includes(self):
        for name, line, fault in (
            ("base/a.cpp", '#include "data/leaf/leaf.hpp"', "base does not see data (data/leaf/leaf.hpp)"),
            ("data/a.cpp", '# include "data/resident/batch.hpp"',
             "data does not see data/resident (data/resident/batch.hpp)"),
            ("data/a.cpp", "#include <ATen/core/Tensor.h>", "data does not see torch (ATen/core/Tensor.h)"),
            ("base/a.hpp", "#include <chrono>", "base does not see clocks (chrono)"),
            ("comm/a.cpp", '#include "none/a.hpp"', "none/a.hpp belongs to no room of rooms.toml"),
            ("comm/a.cpp", "#include <fmt/core.h>", "fmt/core.h belongs to no library of rooms.toml"),
        ):
            self.assertEqual(self.faults(**{name: f"\n{line}\n"}), [f"{name}:2: {fault}"])
        self.assertEqual(self.faults(**{"none/a.cpp": "\n"}), ["none/a.cpp: in no room of rooms.toml"])

    def test_lines_that_never_are(self):
        self.assertEqual(self.faults(**{"data/resident/a.cpp": "x.item();\n"}),
                         ["data/resident/a.cpp:1: data/resident never has waiting: it waits"])

    def test_exceptions(self):
        waits = {"data/resident/a.cpp": "#include <mpi.h>\nx.item();\n"}
        self.assertEqual(len(self.faults(**waits)), 2)
        both = EXCEPTION.format("mpi", "data/resident/a.cpp") + EXCEPTION.format("waiting", "data/resident/*")
        self.assertEqual(self.faults(**waits, **{"rooms.toml": LISTS + both}), [])
        self.assertEqual(self.faults(**{"rooms.toml": LISTS + EXCEPTION.format("mpi", "data/*")}),
                         ["rooms.toml: exception not needed any more: data/*, mpi"])

    def test_lists(self):
        upwards = LISTS.replace("base = []", 'base = ["comm"]')
        self.assertEqual(self.faults(**{"rooms.toml": upwards}),
                         ["rooms.toml: base cannot see comm: no library and no room above it"])
        both = LISTS.replace('["data", "torch"]', '["data", "torch", "mpi"]')
        self.assertEqual(self.faults(**{"rooms.toml": both}),
                         ["rooms.toml: data/resident sees torch and mpi: they clash"])
        unknown = LISTS.replace('["torch", "mpi"]', '["torch", "none"]')
        self.assertEqual(self.faults(**{"rooms.toml": unknown}), ["rooms.toml: no such library: none (apart)"])
        unknown = LISTS.replace('rooms = ["data/resident"]', 'rooms = ["none"]')
        self.assertEqual(self.faults(**{"rooms.toml": unknown}), ["rooms.toml: no such room: none (never: waiting)"])


if __name__ == "__main__":
    unittest.main()
