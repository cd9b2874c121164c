"""Plants a line that is not compiled in a page of examples, and wants to see exactly that one."""
import unittest

import check_extending
import planted_tree

TREE = {
    "docs/extending.md": "# Extending\n\nA class:\n\n    int a();\n\n    fedmeta_bench --dataset a\n",
    "tests/extending/a/src/a.cpp": "namespace b {\n  int a();\n}\n",
}


class CheckExtending(unittest.TestCase):
    def test_a_tree_without_faults(self):
        self.assertEqual(planted_tree.faults(check_extending, TREE, {}), [])

    def test_code_that_is_nowhere(self):
        changes = {"docs/extending.md": "# Extending\n\n    int a();\n    int b();\n"}
        self.assertEqual(planted_tree.faults(check_extending, TREE, changes),
                         ["docs/extending.md:4: not in tests/extending: int b();"])


if __name__ == "__main__":
    unittest.main()
