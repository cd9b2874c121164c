# Installs the build into a folder of its own and uses what lies there.
# cmake -D BUILD=... -D PREFIX=... -D VERSION=... -D GENERATOR=... -P install_test.cmake

cmake_minimum_required(VERSION 3.25)

function(run output)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE out ERROR_VARIABLE err RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "status ${status}: ${command}\n${out}${err}")
  endif()
  set(${output} "${out}" PARENT_SCOPE)
endfunction()

function(expect_equal what found wanted)
  if(NOT found STREQUAL wanted)
    message(FATAL_ERROR "${what}: found\n${found}\nwanted\n${wanted}")
  endif()
endfunction()

file(REMOVE_RECURSE "${PREFIX}")
run(_ "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${PREFIX}")
file(GLOB_RECURSE installed RELATIVE "${PREFIX}" "${PREFIX}/*")
foreach(wanted bin/fedmeta_data bin/fedmeta_report share/fedmeta_bench/configs/paper/femnist-20.toml
               share/fedmeta_bench/jobs/one-node.sbatch share/fedmeta_bench/jobs/launch.sh share/doc/fedmeta_bench/README.md
               share/doc/fedmeta_bench/docs/building.md share/fedmeta_bench/results/published/chen2018-table2.csv)
  if(NOT wanted IN_LIST installed)
    message(FATAL_ERROR "not installed: ${wanted}")
  endif()
endforeach()

run(_ "${PREFIX}/share/fedmeta_bench/jobs/table.sh")

unset(ENV{LD_LIBRARY_PATH}) # installed programs find their libraries by themselves
foreach(option --version --print-config)
  run(built "${BUILD}/bin/fedmeta_bench" ${option})
  run(found "${PREFIX}/bin/fedmeta_bench" ${option})
  expect_equal("fedmeta_bench ${option}" "${found}" "${built}")
endforeach()

# The package, from another project.
set(dependent "${PREFIX}/dependent")
run(_ "${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}/dependent" -B "${dependent}" -G "${GENERATOR}"
    -D "CMAKE_PREFIX_PATH=${PREFIX}" -D "WANTED=${VERSION}")
run(_ "${CMAKE_COMMAND}" --build "${dependent}")
file(READ "${dependent}/settings.toml" found)
run(built "${BUILD}/bin/fedmeta_bench" --config "${PREFIX}/share/fedmeta_bench/configs/paper/femnist-20.toml"
    --print-config)
expect_equal("settings through the package" "${found}" "${built}")
file(REMOVE_RECURSE "${PREFIX}")
