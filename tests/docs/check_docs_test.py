"""Plants each fault that check_docs.py looks for in a small tree, and wants to see exactly that one."""
import unittest

import check_docs
import planted_tree

TREE = {
    "README.md": "See [docs](docs/protocols.md), `learn/loop.hpp`, `configs/paper/{a,b}.toml` and `paper/SIZE`.\n",
    "docs/protocols.md": "# Protocols\n\n## 1 Data\n\n### 1.1 Text\n\n| A1 | weights |\n",
    "src/learn/loop.hpp": "// The loop (docs/protocols.md 1.1, A1), as in\n// docs/protocols.md\n// 1 and A1.\nint a;\n",
    "configs/paper/a.toml": "# docs/protocols.md A1\n",
    "configs/paper/b.toml": "rounds = 2\n",
}


class CheckDocs(unittest.TestCase):
    def faults(self, **changes):
        return planted_tree.faults(check_docs, TREE, changes)

    def finds(self, name, text, fault):
        self.assertEqual(self.faults(**{name: text}), [fault])

    def test_a_tree_without_faults(self):
        self.assertEqual(self.faults(), [])

    def test_paths(self):
        for line, path in (
            ("docs/none.md", "docs/none.md"), ("`learn/none.hpp`", "learn/none.hpp"), ("see none.cpp.", "none.cpp"),
            ("./docs/none/", "docs/none/"), ("configs/paper/{a,c}.toml", "configs/paper/{a,c}.toml"),
            ("configs/none/*", "configs/none/*"), ("paper/$f.md", "paper/$f.md"), ("flower.toml", "flower.toml"),
            ("../configs/c.toml", "../configs/c.toml"),
        ):
            self.finds("docs/page.md", f"\n{line}\n", f"docs/page.md:2: no such path: {path}")
        self.assertEqual(self.faults(**{"docs/page.md": "as in ../configs/paper/a.toml\n"}), [])
        self.finds("src/a.cpp", "int a;  // as in docs/none.md\n", "src/a.cpp:1: no such path: docs/none.md")
        self.finds("configs/paper/b.toml", "# docs/none.md\n", "configs/paper/b.toml:1: no such path: docs/none.md")

    def test_citations(self):
        for line, number in (
            ("docs/protocols.md 1.2", "1.2"), ("docs/protocols.md A1 to A3", "A3"), ("docs/protocols.md 1 and 7", "7"),
            ("section 3 of `protocols.md`", "3"), ("as in A2", "A2"),
        ):
            self.finds("docs/page.md", f"{line}\n", f"docs/page.md:1: docs/protocols.md has no {number}")
        self.finds("src/a.hpp", "// See docs/protocols.md\n// 9.1.\n", "src/a.hpp:1: docs/protocols.md has no 9.1")

    def test_documents_elsewhere(self):
        for citation in ("MANUAL 5.4", "MANUAL, section 5", "MANUAL, A13"):
            found = self.faults(**{"src/a.hpp": f"// As {citation} has it.\n"})
            self.assertIn("src/a.hpp:1: cites a document that is not here", found[0] + found[-1])

    def test_columns(self):
        long = "word " * 24 + "w"
        self.assertEqual(len(long), 121)
        self.finds("docs/page.md", f"{long}\n", "docs/page.md:1: 121 columns, more than 120")
        self.assertEqual(self.faults(**{"docs/page.md": f"{long[1:]}\n| {long} |\nhttps://a.example {long}\n"}), [])


if __name__ == "__main__":
    unittest.main()
