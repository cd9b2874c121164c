# Finds libtorch: the PyPI wheel (PREFIX/torch/lib), or an unpacked libtorch (PREFIX/lib).
#
# Not the wheel's own TorchConfig.cmake: that stops where no CUDA toolkit is installed, although the CPU
# half links and runs without one. The CUDA half is loaded at run time (src/programs/bench/machine.cpp).
#
# Defines Libtorch::Libtorch, Libtorch_VERSION, Libtorch_LIBRARY_DIR; and Libtorch::Cuda, the CUDA half, where it and
# a CUDA toolkit are found: only the plug-in links it.

find_path(Libtorch_INCLUDE_DIR ATen/ATen.h PATH_SUFFIXES torch/include include)
find_library(Libtorch_CPU_LIBRARY torch_cpu PATH_SUFFIXES torch/lib lib)
find_library(Libtorch_C10_LIBRARY c10 PATH_SUFFIXES torch/lib lib)

if(Libtorch_INCLUDE_DIR)
  set(_header "${Libtorch_INCLUDE_DIR}/torch/headeronly/version.h")
  if(NOT EXISTS "${_header}") # before 2.10
    set(_header "${Libtorch_INCLUDE_DIR}/torch/csrc/api/include/torch/version.h")
  endif()
  if(EXISTS "${_header}")
    foreach(part MAJOR MINOR PATCH)
      file(STRINGS "${_header}" _line REGEX "#define TORCH_VERSION_${part} ")
      string(REGEX REPLACE ".*TORCH_VERSION_${part} +([0-9]+).*" "\\1" _${part} "${_line}")
    endforeach()
    set(Libtorch_VERSION "${_MAJOR}.${_MINOR}.${_PATCH}")
  endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  Libtorch
  REQUIRED_VARS Libtorch_CPU_LIBRARY Libtorch_C10_LIBRARY Libtorch_INCLUDE_DIR
  VERSION_VAR Libtorch_VERSION HANDLE_VERSION_RANGE)

if(Libtorch_FOUND AND NOT TARGET Libtorch::Libtorch)
  get_filename_component(Libtorch_LIBRARY_DIR "${Libtorch_CPU_LIBRARY}" DIRECTORY)
  add_library(Libtorch::Libtorch INTERFACE IMPORTED)
  target_link_libraries(Libtorch::Libtorch INTERFACE "${Libtorch_CPU_LIBRARY}" "${Libtorch_C10_LIBRARY}")
  # libtorch is built with NDEBUG, and some of its classes have members that only debug builds have.
  target_compile_definitions(Libtorch::Libtorch INTERFACE NDEBUG)
  target_include_directories(
    Libtorch::Libtorch SYSTEM
    INTERFACE "${Libtorch_INCLUDE_DIR}" "${Libtorch_INCLUDE_DIR}/torch/csrc/api/include")
endif()

find_library(Libtorch_CUDA_LIBRARY torch_cuda PATHS "${Libtorch_LIBRARY_DIR}" NO_DEFAULT_PATH)
find_library(Libtorch_C10_CUDA_LIBRARY c10_cuda PATHS "${Libtorch_LIBRARY_DIR}" NO_DEFAULT_PATH)
find_package(CUDAToolkit QUIET)
if(Libtorch_CUDA_LIBRARY AND Libtorch_C10_CUDA_LIBRARY AND CUDAToolkit_FOUND AND NOT TARGET Libtorch::Cuda)
  add_library(Libtorch::Cuda INTERFACE IMPORTED)
  target_link_libraries(Libtorch::Cuda INTERFACE "${Libtorch_CUDA_LIBRARY}" "${Libtorch_C10_CUDA_LIBRARY}"
                                                 Libtorch::Libtorch CUDA::cudart)
endif()
mark_as_advanced(Libtorch_CUDA_LIBRARY Libtorch_C10_CUDA_LIBRARY Libtorch_INCLUDE_DIR Libtorch_CPU_LIBRARY Libtorch_C10_LIBRARY)
