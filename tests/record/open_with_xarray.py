"""Opens every group of a results file with xarray, by both of its netCDF-4 engines.

Usage: open_with_xarray.py FILE.h5; exits 77 where a Python package is missing.
"""
import sys

try:
    import h5netcdf
    import h5py
    import netCDF4
    import xarray
except ImportError as error:
    print(f"SKIPPED: {error}")
    sys.exit(77)


def groups(path):
    names = ["/"]
    with h5py.File(path) as file:
        file.visititems(lambda name, node: names.append("/" + name) if isinstance(node, h5py.Group) else None)
    return names


def check(path, group, engine):
    with xarray.open_dataset(path, group=group, engine=engine) as dataset, h5py.File(path) as file:
        for name, variable in dataset.variables.items():
            for dimension in variable.dims:
                assert not dimension.startswith("phony"), (engine, group, name, dimension)
            stored = file[group][name]
            assert variable.shape == stored.shape, (engine, group, name)
            assert variable.attrs["units"] == stored.attrs["units"], (engine, group, name)
            assert variable.dtype.kind not in "mM", (engine, group, name, "taken for a time")
            values = stored.asstr()[()] if h5py.check_string_dtype(stored.dtype) else stored[()]
            assert (variable.values == values).all() or values.dtype.kind == "f", (engine, group, name)
        visible = {n for n, node in file[group].items() if isinstance(node, h5py.Dataset)
                   and "not a netCDF variable" not in str(node.attrs.get("NAME", ""))}
        assert visible == set(dataset.variables), (engine, group, visible ^ set(dataset.variables))


for engine in ("h5netcdf", "netcdf4"):
    for group in groups(sys.argv[1]):
        check(sys.argv[1], group, engine)
    print(engine, "opens all", len(groups(sys.argv[1])), "groups")
