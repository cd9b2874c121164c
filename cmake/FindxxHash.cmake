# xxHash::xxhash. The library's own package is used where there is one; Debian's has none.
find_package(xxHash CONFIG QUIET)
if(NOT TARGET xxHash::xxhash)
  find_path(xxHash_INCLUDE_DIR xxhash.h)
  find_library(xxHash_LIBRARY xxhash)
  if(xxHash_INCLUDE_DIR)
    file(STRINGS "${xxHash_INCLUDE_DIR}/xxhash.h" _lines REGEX "^#define XXH_VERSION_(MAJOR|MINOR|RELEASE) ")
    string(REGEX REPLACE "[^0-9;]" "" xxHash_VERSION "${_lines}")
    string(REPLACE ";" "." xxHash_VERSION "${xxHash_VERSION}")
  endif()
  include(FindPackageHandleStandardArgs)
  find_package_handle_standard_args(xxHash REQUIRED_VARS xxHash_LIBRARY xxHash_INCLUDE_DIR
                                    VERSION_VAR xxHash_VERSION)
  if(xxHash_FOUND)
    add_library(xxHash::xxhash UNKNOWN IMPORTED)
    set_target_properties(xxHash::xxhash PROPERTIES IMPORTED_LOCATION "${xxHash_LIBRARY}"
                                                    INTERFACE_INCLUDE_DIRECTORIES "${xxHash_INCLUDE_DIR}")
  endif()
endif()
