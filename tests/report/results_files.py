"""Writes results files with h5py alone, so that neither the writer nor the reader of the program has a say.

A file is a dict: name, samples (a number for each client), data_seed, threads, host and rate (a value for each rank),
runs; optional: dataset, source, support_fraction, roles, classes (a number for each client). A run is a dict: algorithm,
seed, status, options, rounds (rows), evaluations (rows); optional: clients and personalisation (rows, with the columns
that docs/results-file.md gives these groups). Rows of rounds may have client_flops.
"""
import h5py
import numpy

EVALUATION = ("accuracy", "accuracy_client_mean", "loss", "initial_accuracy", "initial_accuracy_client_mean",
              "initial_loss", "accuracy_top4", "seconds")


def write(folder, content):
    complete = all(run["status"] == "complete" for run in content["runs"])
    with h5py.File(folder / content["name"], "w", track_order=True) as file:
        file.attrs.update({"schema_version": 2, "program": "fedmeta_bench", "version": "0", "git_commit": "",
                           "command_line": "", "settings": "", "created": "",
                           "status": "complete" if complete else "running",
                           "world_size": len(content["host"]), "libtorch": "", "mpi": "", "hdf5": ""})
        write_system(file.create_group("system"), content)
        write_data(file.create_group("data"), content)
        runs = file.create_group("runs", track_order=True)
        for run in content["runs"]:
            name = run["algorithm"]
            write_run(runs[name] if name in runs else runs.create_group(name, track_order=True), run,
                      len(content["host"]))


def write_system(group, content):
    ranks = len(content["host"])
    for name, values in (("rank", list(range(ranks))), ("pid", [1] * ranks), ("threads", content["threads"])):
        group.create_dataset(name, data=values, dtype="i4")
    for name, values in (("host", content["host"]), ("device", ["cpu"] * ranks)):
        group.create_dataset(name, data=values, dtype=h5py.string_dtype())
    group.create_dataset("gemm_flops_per_second", data=content["rate"], dtype="f8")


def write_data(group, content):
    clients = len(content["samples"])
    group.attrs.update({"dataset": content.get("dataset", "femnist"), "source": content.get("source", "generated"),
                        "division": "random", "support_fraction": content.get("support_fraction", 0.2),
                        "data_seed": content["data_seed"]})
    names = [f"client {c:03d}" for c in range(clients)]
    group.create_dataset("client_id", data=names, dtype=h5py.string_dtype())
    group.create_dataset("role", data=content.get("roles", [0] * (clients - 2) + [1, 2]), dtype="u1")
    group.create_dataset("samples", data=content["samples"], dtype="i4")
    group.create_dataset("support", data=[1] * clients, dtype="i4")
    if "classes" in content:
        group.create_dataset("classes", data=content["classes"], dtype="i4")
        group.attrs["classes_of_all"] = max(content["classes"])


def write_run(algorithm, run, ranks):
    group = algorithm.create_group(f'seed{run["seed"]}', track_order=True)
    group.attrs.update({"algorithm": run["algorithm"], "seed": run["seed"], "parameters": 1,
                        "forward_flops_per_sample": 1, "status": run["status"]})
    for name, value in run["options"].items():
        group.attrs[name] = numpy.uint8(value) if isinstance(value, bool) else value
    write_rounds(group.create_group("rounds"), run["rounds"], ranks)
    evaluations = group.create_group("evaluations")
    columns = [name for name in EVALUATION if all(name in row for row in run["evaluations"])]
    write_columns(evaluations, run["evaluations"], columns, "f8")
    write_columns(evaluations, run["evaluations"], ["round"], "i4")
    write_columns(evaluations, run["evaluations"], ["split"], h5py.string_dtype())
    if "clients" in run:
        clients = group.create_group("clients")
        write_columns(clients, run["clients"], ["client", "samples"], "i4")
        write_columns(clients, run["clients"], ["initial_accuracy", "accuracy"], "f8")
    if "personalisation" in run:
        curve = group.create_group("personalisation")
        write_columns(curve, run["personalisation"], ["epochs"], "i4")
        write_columns(curve, run["personalisation"], ["accuracy", "accuracy_client_mean"], "f8")


def write_rounds(group, rows, ranks):
    slots = max((len(row["clients"]) for row in rows), default=1)
    padded = [row["clients"] + [-1] * (slots - len(row["clients"])) for row in rows]
    write_columns(group, rows, ["round"], "i4")
    group.create_dataset("clients", data=padded, shape=(len(rows), slots), dtype="i4")
    write_columns(group, rows, ["flops", "flops_executed", "bytes_down", "bytes_up", "mpi_bytes"], "i8")
    write_columns(group, rows, ["seconds", "seconds_broadcast", "seconds_compute", "seconds_reduce",
                                "seconds_update"], "f8")
    group.create_dataset("loss", data=[1.0] * len(rows), dtype="f8")
    group.create_dataset("rank_seconds_compute", data=[[0.1] * ranks] * len(rows), shape=(len(rows), ranks),
                         dtype="f8")
    if rows and "client_flops" in rows[0]:
        padded = [row["client_flops"] + [-1] * (slots - len(row["clients"])) for row in rows]
        group.create_dataset("client_flops", data=padded, shape=(len(rows), slots), dtype="i8")


def write_columns(group, rows, names, dtype):
    for name in names:
        group.create_dataset(name, data=[row[name] for row in rows], dtype=dtype)
