# room_version: the library behind src/base/version.hpp. The commit is asked for in every build, not
# only when CMake runs, so that a results file never names an older commit than the program's; the
# generated file changes, and is compiled, only when the answer does.
#
# Run by itself (cmake -D SOURCE=... -D OUTPUT=... -D VERSION=... -P Version.cmake) it writes that file.

if(CMAKE_SCRIPT_MODE_FILE)
  set(GIT_COMMIT unknown)
  if(EXISTS "${SOURCE}/.git") # not a release unpacked inside somebody else's repository
    # No optional locks: a build must not get in the way of git commands running beside it.
    execute_process(
      COMMAND "${CMAKE_COMMAND}" -E env GIT_OPTIONAL_LOCKS=0 git describe --always --dirty --abbrev=12 --exclude=*
      WORKING_DIRECTORY "${SOURCE}"
      RESULT_VARIABLE _status OUTPUT_VARIABLE _commit ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(_status EQUAL 0 AND _commit)
      set(GIT_COMMIT "${_commit}")
    endif()
  endif()
  configure_file("${SOURCE}/cmake/version.cpp.in" "${OUTPUT}" @ONLY)
  return()
endif()

set(_output "${PROJECT_BINARY_DIR}/generated/version.cpp")
add_custom_target(
  fedmeta_version_source
  COMMAND "${CMAKE_COMMAND}" -D "SOURCE=${PROJECT_SOURCE_DIR}" -D "OUTPUT=${_output}"
          -D "VERSION=${PROJECT_VERSION}" -P "${CMAKE_CURRENT_LIST_FILE}"
  BYPRODUCTS "${_output}"
  COMMENT "Asking git for the commit"
  VERBATIM)
add_library(room_version STATIC "${_output}")
add_dependencies(room_version fedmeta_version_source)
target_include_directories(room_version PUBLIC "${PROJECT_SOURCE_DIR}/src")
target_link_libraries(room_version PRIVATE fedmeta_options)
