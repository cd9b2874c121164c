"""Opens every group of a results file with xarray, by both of its netCDF-4 engines, and runs the Python examples of
docs/results-file.md with it.

Usage: open_with_xarray.py FILE.h5; exits 77 where a Python package is missing.
"""
import importlib.util
import pathlib
import re
import sys

try:
    import h5netcdf
    import h5py
    import netCDF4
    import numpy
    import xarray
except ImportError as error:
    print(f"SKIPPED: {error}")
    sys.exit(77)


def groups(path):
    names = ["/"]
    with h5py.File(path) as file:
        file.visititems(lambda name, node: names.append("/" + name) if isinstance(node, h5py.Group) else None)
    return names


def as_text(values):
    """Texts of one length are bytes in h5py, bytes or str in xarray."""
    if isinstance(values, numpy.ndarray) and values.dtype.kind in "SO":
        return numpy.array([as_text(value) for value in values.flat])
    return values.decode() if isinstance(values, bytes) else values


def texts(path, group):
    with h5py.File(path) as file:
        return {name for name, node in file[group].items() if isinstance(node, h5py.Dataset) and node.dtype.kind == "S"}


def check(path, group, engine):
    # The netCDF library before 4.9.1 writes arrays of texts of one length beyond the memory that it has for them.
    version = tuple(map(int, re.findall(r"\d+", netCDF4.__netcdf4libversion__)[:3]))
    dropped = texts(path, group) if engine == "netcdf4" and version < (4, 9, 1) else set()
    with xarray.open_dataset(path, group=group, engine=engine, drop_variables=dropped) as dataset, \
            h5py.File(path) as file:
        for name, variable in dataset.variables.items():
            for dimension in variable.dims:
                assert not dimension.startswith("phony"), (engine, group, name, dimension)
            stored = file[group][name]
            assert variable.shape == stored.shape, (engine, group, name)
            assert as_text(variable.attrs["units"]) == as_text(stored.attrs["units"]), (engine, group, name)
            assert variable.dtype.kind not in "mM", (engine, group, name, "taken for a time")
            found, values = as_text(variable.values), as_text(stored[()])
            assert (found == values).all() or values.dtype.kind == "f", (engine, group, name)
        visible = {n for n, node in file[group].items() if isinstance(node, h5py.Dataset)
                   and "not a netCDF variable" not in str(node.attrs.get("NAME", ""))}
        assert visible - dropped == set(dataset.variables), (engine, group, visible ^ set(dataset.variables))
    return dropped


def run_examples(path):
    """With the file's algorithm in place of the documentation's. Those with PyTorch only where there is PyTorch."""
    document = pathlib.Path(__file__).resolve().parents[2] / "docs/results-file.md"
    with h5py.File(path) as file:
        algorithm = list(file["runs"])[0]
    for example in re.findall(r"```python\n(.*?)```", document.read_text(encoding="utf-8"), re.S):
        if "torch" in example and not importlib.util.find_spec("torch"):
            continue
        exec(example.replace("results.h5", path).replace("maml", algorithm), {})


run_examples(sys.argv[1])
for engine in ("h5netcdf", "netcdf4"):
    passed_over = [check(sys.argv[1], group, engine) for group in groups(sys.argv[1])]
    print(engine, "opens all", len(passed_over), "groups, without", sum(map(len, passed_over)), "texts")
