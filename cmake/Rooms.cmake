# fedmeta_room(NAME SOURCES ... USES ...): one folder of src/ as the static library room_NAME, with the rooms and
# libraries it may use. What it may include is in src/rooms.toml, which a test holds.

include(CheckLinkerFlag)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # The sloppiness is what ccache asks for where headers are precompiled (its manual, "Precompiled headers").
  # Paths are taken relative to the checkout, so that another one of the same sources finds them compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}"
      "${CCACHE_PROGRAM}")
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  check_linker_flag(CXX -fuse-ld=mold FEDMETA_COMPILER_KNOWS_MOLD)
endif()

if(FEDMETA_FUZZ)
  include(CheckCXXSourceCompiles)
  set(CMAKE_REQUIRED_FLAGS -fsanitize=fuzzer)
  check_cxx_source_compiles(
    "extern \"C\" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }" FEDMETA_COMPILER_HAS_FUZZER)
  unset(CMAKE_REQUIRED_FLAGS)
  if(NOT FEDMETA_COMPILER_HAS_FUZZER)
    message(FATAL_ERROR "fedmeta_bench: error: this compiler has no libFuzzer (${CMAKE_CXX_COMPILER}): install Clang 14 with its "
                        "runtime (Debian: clang-14, libclang-rt-14-dev), and configure with cmake --preset fuzz")
  endif()
endif()

# What every compiled target of the project shares.
add_library(fedmeta_options INTERFACE)
target_compile_options(
  fedmeta_options INTERFACE $<$<COMPILE_LANGUAGE:C,CXX>:-Wall -Wextra $<$<BOOL:${FEDMETA_WERROR}>:-Werror>>)
if(FEDMETA_COMPILER_KNOWS_MOLD)
  target_link_options(fedmeta_options INTERFACE -fuse-ld=mold)
endif()
if(FEDMETA_SANITIZE)
  target_compile_options( # nvcc knows none of these
    fedmeta_options
    INTERFACE
      "$<$<COMPILE_LANGUAGE:C,CXX>:-fsanitize=${FEDMETA_SANITIZE};-fno-sanitize-recover=all;-fno-omit-frame-pointer>")
  target_link_options(fedmeta_options INTERFACE -fsanitize=${FEDMETA_SANITIZE})
  if(FEDMETA_SANITIZE MATCHES address) # GCC and Clang have different names for it
    target_compile_definitions(fedmeta_options INTERFACE FEDMETA_ADDRESS_SANITIZER)
  endif()
endif()

# What every program shares besides.
add_library(fedmeta_program_options INTERFACE)
target_link_libraries(fedmeta_program_options INTERFACE fedmeta_options)
if(FEDMETA_SANITIZE)
  target_sources(fedmeta_program_options INTERFACE "${PROJECT_SOURCE_DIR}/tests/sanitizers/options.cpp")
endif()

# Headers that nearly every source reads are compiled once: ATen's, which cost 6 s a source, for all targets that use
# libtorch, themselves or through a room, and with Clang the standard library's for all others. g++ 12 would no longer
# hold back its warnings of the standard library's own code.
function(fedmeta_precompiled_header name)
  cmake_parse_arguments(header "" "" "HEADERS;USES" ${ARGN})
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/generated/${name}.cpp" CONTENT "")
  add_library(${name} OBJECT "${PROJECT_BINARY_DIR}/generated/${name}.cpp")
  target_link_libraries(${name} PRIVATE ${header_USES} fedmeta_options)
  target_precompile_headers(${name} PRIVATE ${header_HEADERS})
endfunction()
fedmeta_precompiled_header(fedmeta_aten_header HEADERS <ATen/ATen.h> <string> <vector> USES Libtorch::Libtorch)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU) # each with the option that ccache needs
  target_compile_options(fedmeta_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
elseif(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  fedmeta_precompiled_header(
    fedmeta_standard_header HEADERS <algorithm> <array> <charconv> <chrono> <filesystem> <functional> <map> <memory> <optional>
                                    <set> <span> <string> <string_view> <unordered_map> <variant> <vector>)
  target_compile_options(fedmeta_options INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
endif()

define_property(TARGET PROPERTY FEDMETA_READS_ATEN BRIEF_DOCS "Uses libtorch, itself or through a room")

# Lets a target share ATen's precompiled header where what it uses leads to libtorch, else the standard library's, if it
# is there.
function(fedmeta_share_header target)
  foreach(used ${ARGN})
    if(TARGET ${used})
      get_target_property(reads_aten ${used} FEDMETA_READS_ATEN)
      if(reads_aten OR used STREQUAL "Libtorch::Libtorch")
        set_target_properties(${target} PROPERTIES FEDMETA_READS_ATEN TRUE)
        target_precompile_headers(${target} REUSE_FROM fedmeta_aten_header)
        if(CMAKE_DISABLE_PRECOMPILE_HEADERS) # then ATen is read once for several sources
          set_target_properties(${target} PROPERTIES UNITY_BUILD ON)
        endif()
        return()
      endif()
    endif()
  endforeach()
  if(TARGET fedmeta_standard_header)
    target_precompile_headers(${target} REUSE_FROM fedmeta_standard_header)
  endif()
endfunction()

# Lists, as a file set to be verified, the headers of the folder that no source includes as its first line: those
# that X.cpp includes first are compiled alone with it, wherever headers are not precompiled.
function(fedmeta_verify_headers target)
  file(GLOB headers *.hpp)
  foreach(header IN LISTS headers)
    cmake_path(RELATIVE_PATH header BASE_DIRECTORY "${PROJECT_SOURCE_DIR}/src" OUTPUT_VARIABLE name)
    cmake_path(REPLACE_EXTENSION header cpp OUTPUT_VARIABLE source)
    set(includes "")
    if(EXISTS "${source}")
      file(STRINGS "${source}" includes REGEX "^#include" LIMIT_COUNT 1)
    endif()
    if(NOT includes STREQUAL "#include \"${name}\"")
      list(APPEND alone "${header}")
    endif()
  endforeach()
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/src" FILES ${alone})
endfunction()

# Sources that hold an explicit list are compiled each by itself, also where others are compiled as one: tests/extending
# has them once more, with a longer list, in their place.
function(fedmeta_lists)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

function(fedmeta_room name)
  cmake_parse_arguments(room "" "" "SOURCES;USES" ${ARGN})
  add_library(room_${name} STATIC ${room_SOURCES})
  target_include_directories(room_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(room_${name} PUBLIC ${room_USES} PRIVATE fedmeta_options)
  fedmeta_share_header(room_${name} ${room_USES})
  cmake_path(GET CMAKE_CURRENT_SOURCE_DIR FILENAME folder)
  if(CMAKE_VERIFY_INTERFACE_HEADER_SETS AND name STREQUAL folder) # not a part of a room beside it, as its names
    fedmeta_verify_headers(room_${name})
  endif()
endfunction()

# fedmeta_program(NAME SOURCES ... USES ...): build/bin/NAME.
function(fedmeta_program name)
  cmake_parse_arguments(program "" "" "SOURCES;USES" ${ARGN})
  add_executable(${name} ${program_SOURCES})
  target_link_libraries(${name} PRIVATE ${program_USES} fedmeta_program_options)
  fedmeta_share_header(${name} ${program_USES})
endfunction()
