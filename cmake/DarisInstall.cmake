# `cmake --install BUILD --prefix DIR` makes a folder that runs wherever it lies. Its programs are in bin/.
# Its data are in share/daris/ in the layout of the sources, since data_directory() of
# base/host/data_directory.h looks there. scripts/package.sh makes packages of the same files by CPack.
include_guard(GLOBAL)

# Packing builds nothing: scripts/package.sh has built the programs, and nobody packs the tests.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

# Installed programs have no RPATH: `daris` tells its companions where LibTorch is (cli/torch_libraries.h).
install(TARGETS daris RUNTIME DESTINATION bin)
foreach(companion daris-run daris-profile)
  if(TARGET ${companion})
    install(TARGETS ${companion} RUNTIME DESTINATION bin OPTIONAL)  # `daris` may have been built alone
  endif()
endforeach()

# For schedulers of one's own: headers, what they are linked with, and `find_package(daris)`.
install(FILES plugin/own_policy.h plugin/interface.h DESTINATION include/daris/plugin)
foreach(header decision event ids policy registry setup slot_policy switches)
  install(FILES policy/${header}.h DESTINATION include/daris/policy)
endforeach()
foreach(header check result time)
  install(FILES base/${header}.h DESTINATION include/daris/base)
endforeach()
install(TARGETS daris_own_policy ARCHIVE DESTINATION lib)
include(CMakePackageConfigHelpers)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/daris-config-version.cmake COMPATIBILITY SameMinorVersion)
configure_file(${CMAKE_CURRENT_LIST_DIR}/daris-config.cmake.in ${PROJECT_BINARY_DIR}/daris-config.cmake @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/daris-config.cmake ${PROJECT_BINARY_DIR}/daris-config-version.cmake
        DESTINATION lib/cmake/daris)

foreach(folder workloads/task_sets workloads/sweeps workloads/partitions workloads/export profiles/data sim/data analysis/figures
        analysis/publication/data experiments)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder}/ DESTINATION share/daris/${folder}
          FILES_MATCHING PATTERN *.json PATTERN *.py PATTERN *.html PATTERN *.css PATTERN *.js
          PATTERN make_*.py EXCLUDE)
endforeach()

# The pages keep their places beside each other, so that links between them work.
set(documents share/doc/daris)
install(FILES README.md ARCHITECTURE.md CHANGELOG.md CITATION.cff LICENSE DESTINATION ${documents})
install(FILES CONTRIBUTING.md DESTINATION ${documents} OPTIONAL)
install(DIRECTORY docs/ DESTINATION ${documents}/docs)
install(FILES analysis/published/README.md analysis/published/rtx2080ti.json DESTINATION ${documents}/analysis/published)
install(FILES analysis/published/rtx2080ti-runs.json DESTINATION share/daris/analysis/published)
# Of the results the pages and tables; the reports behind them have 10 MB.
install(DIRECTORY analysis/results/ DESTINATION ${documents}/analysis/results
        FILES_MATCHING PATTERN *.md PATTERN *.txt)

set(CPACK_PACKAGE_NAME daris)
set(CPACK_PACKAGE_VENDOR "The daris authors")
set(CPACK_PACKAGE_CONTACT "The daris authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_FILE_NAME daris-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_GENERATOR TGZ DEB)
set(CPACK_STRIP_FILES ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# A program needs the C library that it was linked with, or a newer one. Only the companions need GCC's
# libraries.
execute_process(COMMAND getconf GNU_LIBC_VERSION OUTPUT_VARIABLE libc OUTPUT_STRIP_TRAILING_WHITESPACE)
string(REPLACE "glibc " "" libc "${libc}")
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libc6 (>= ${libc})")
if(TARGET daris-run)
  string(REGEX MATCH "^[0-9]+" compiler "${CMAKE_CXX_COMPILER_VERSION}")
  string(APPEND CPACK_DEBIAN_PACKAGE_DEPENDS ", libgcc-s1, libstdc++6 (>= ${compiler})")
endif()
include(CPack)
