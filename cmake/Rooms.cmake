# fedmeta_room(NAME SOURCES ... USES ...): one folder of src/ as a static library, with the rooms and
# libraries it may use. The list of USES is the architecture: a room sees no header it does not name.

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()
find_program(MOLD_PROGRAM mold)

# What every compiled target of the project shares.
add_library(fedmeta_options INTERFACE)
target_compile_options(fedmeta_options INTERFACE -Wall -Wextra $<$<BOOL:${FEDMETA_WERROR}>:-Werror>)
if(MOLD_PROGRAM)
  target_link_options(fedmeta_options INTERFACE -fuse-ld=mold)
endif()
if(FEDMETA_SANITIZE)
  target_compile_options(fedmeta_options INTERFACE -fsanitize=${FEDMETA_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(fedmeta_options INTERFACE -fsanitize=${FEDMETA_SANITIZE})
endif()

function(fedmeta_room name)
  cmake_parse_arguments(room "" "" "SOURCES;USES" ${ARGN})
  add_library(fedmeta_${name} STATIC ${room_SOURCES})
  target_include_directories(fedmeta_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(fedmeta_${name} PUBLIC ${room_USES} PRIVATE fedmeta_options)
endfunction()

# fedmeta_program(NAME SOURCES ... USES ...)
function(fedmeta_program name)
  cmake_parse_arguments(program "" "" "SOURCES;USES" ${ARGN})
  add_executable(${name} ${program_SOURCES})
  target_link_libraries(${name} PRIVATE ${program_USES} fedmeta_options)
endfunction()
