"""A Spack recipe. From the project's folder, which it builds:

    spack repo add jobs/spack
    spack dev-build --source-path . fedmeta-bench@main

Not tried: Spack was not at hand, and would build PyTorch for hours.
"""

from spack.package import *


class FedmetaBench(CMakePackage):
    """A benchmark of federated meta-learning over MPI: FedAvg, MAML, Meta-SGD, Reptile and others on LEAF's data."""

    # ---- EDIT: where the repository is; dev-build does not look there ------------
    git = "file:///path/to/fedmeta_bench"
    # ---- END ---------------------------------------------------------------------

    license("Apache-2.0")
    version("main", branch="main")

    variant("cuda", default=False, description="CUDA graphs and kernels of the project's own")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("ninja", type="build")
    depends_on("mpi@3.1:")
    depends_on("hdf5@1.10:+hl")
    depends_on("py-torch@2.9:2~distributed")
    depends_on("py-torch+cuda", when="+cuda")
    depends_on("cuda", when="+cuda")
    depends_on("python")
    depends_on("simdjson@3:+exceptions")
    depends_on("cli11@2.1:")
    depends_on("tomlplusplus@3.3:")
    depends_on("xxhash@0.8:")
    depends_on("fmt@9:")
    depends_on("zlib-api")
    depends_on("gnuplot@5.4:", type="run")

    conflicts("%gcc@:11", msg="C++20 as g++ 12 has it is needed")

    generator("ninja")

    def cmake_args(self):
        packages = join_path(self.spec["py-torch"].prefix, self.spec["python"].package.platlib)
        return [
            self.define("Libtorch_ROOT", packages),
            self.define_from_variant("FEDMETA_CUDA", "cuda"),
            self.define("FEDMETA_MICROBENCH", False),
            self.define("BUILD_TESTING", False),
        ]
