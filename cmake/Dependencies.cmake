# Every library the project uses, and the versions it accepts. bootstrap.sh installs them, from the list
# at its top: change both together. On a cluster they come from modules or CMAKE_PREFIX_PATH.

# The environment's CMAKE_PREFIX_PATH goes first: a libtorch of the user's own wins over the downloaded one.
cmake_path(CONVERT "$ENV{CMAKE_PREFIX_PATH}" TO_CMAKE_PATH_LIST _prefixes)
list(APPEND CMAKE_PREFIX_PATH ${_prefixes} "${PROJECT_SOURCE_DIR}/.deps/libtorch")

find_package(Threads REQUIRED)
find_package(MPI 3.1 REQUIRED COMPONENTS C)
# The C interface only: mpi.h must not draw in the C++ bindings, which MPI 3 removed.
target_compile_definitions(MPI::MPI_C INTERFACE OMPI_SKIP_MPICXX MPICH_SKIP_MPICXX)
find_package(HDF5 1.10.2 REQUIRED COMPONENTS C HL)
find_package(simdjson 3.0 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(xxHash 0.8 REQUIRED)
find_package(fmt 9 REQUIRED)
# For rooms that do not see libtorch, whose include path has headers of another {fmt}: src/rooms.toml.
add_library(fedmeta_fmt INTERFACE)
target_link_libraries(fedmeta_fmt INTERFACE fmt::fmt)
math(EXPR _fmt_version "${fmt_VERSION_MAJOR} * 10000 + ${fmt_VERSION_MINOR} * 100 + ${fmt_VERSION_PATCH}")
target_compile_definitions(fedmeta_fmt INTERFACE FEDMETA_FMT_VERSION=${_fmt_version}) # as FMT_VERSION
find_package(CLI11 2.1 REQUIRED)
find_package(tomlplusplus 3.3 REQUIRED)
if(FEDMETA_FUZZ) # the parser is then compiled here, so that fuzzers see its paths; without assertions, as distributions do
  set_target_properties(tomlplusplus::tomlplusplus PROPERTIES INTERFACE_COMPILE_OPTIONS
                        "-DTOML_HEADER_ONLY=1;-DTOML_ASSERT(condition)=static_cast<void>(0)")
endif()
find_package(Libtorch 2.9...<3 REQUIRED)
