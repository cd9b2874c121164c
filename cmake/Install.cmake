# cmake --install: the programs, configurations, the jobs and the documentation, and a package by which another
# project's CMake finds the programs. The rooms are not installed: docs/building.md says why.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(_programs fedmeta_bench fedmeta_data fedmeta_report)
if(FEDMETA_MICROBENCH)
  list(APPEND _programs fedmeta_microbench)
endif()
# Installed programs find libtorch, and libraries of the user's own, where the build found them. libtorch is named,
# since CMake leaves out what lies in the project's own folder.
set_target_properties(${_programs} PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON
                                              INSTALL_RPATH "${Libtorch_LIBRARY_DIR}")

set(_share "${CMAKE_INSTALL_DATADIR}/${PROJECT_NAME}")
set(_package "${CMAKE_INSTALL_LIBDIR}/cmake/${PROJECT_NAME}")
install(TARGETS ${_programs} EXPORT programs)
if(TARGET fedmeta_cuda) # programs look for it beside them
  set_target_properties(fedmeta_cuda PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON INSTALL_RPATH "${Libtorch_LIBRARY_DIR}")
  install(TARGETS fedmeta_cuda LIBRARY DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
install(DIRECTORY configs jobs DESTINATION "${_share}"
        PATTERN "__pycache__" EXCLUDE
        PATTERN "*.sh" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
install(DIRECTORY results/published DESTINATION "${_share}/results")
install(DIRECTORY docs DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(FILES README.md CHANGELOG.md CITATION.cff LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")

configure_package_config_file(
  cmake/package.cmake.in "${PROJECT_BINARY_DIR}/generated/${PROJECT_NAME}Config.cmake"
  INSTALL_DESTINATION "${_package}" PATH_VARS _share NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/generated/${PROJECT_NAME}ConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(EXPORT programs NAMESPACE ${PROJECT_NAME}:: FILE ${PROJECT_NAME}Programs.cmake DESTINATION "${_package}")
install(FILES "${PROJECT_BINARY_DIR}/generated/${PROJECT_NAME}Config.cmake"
              "${PROJECT_BINARY_DIR}/generated/${PROJECT_NAME}ConfigVersion.cmake"
        DESTINATION "${_package}")
