"""A small tree with a fault planted in it, for the tests of the checks that look for faults in the sources."""
import pathlib
import tempfile


def faults(check, tree, changes):
    """What `check.faults` finds in a tree of these files, NAME: TEXT, with `changes` among them."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {**tree, **changes}.items():
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return list(check.faults(folder))
