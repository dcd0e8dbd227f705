# daris_add_test(NAME target SOURCES file... LIBRARIES library... LABELS label... [TIMEOUT seconds])
#
# One GoogleTest program, registered as one ctest entry per program. Exit status 77 means "skipped: this machine can't
# run it".
include_guard(GLOBAL)
find_package(GTest REQUIRED)

function(daris_add_test)
  cmake_parse_arguments(ARG "" "NAME;TIMEOUT" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PRIVATE daris_options ${ARG_LIBRARIES} GTest::gmock GTest::gtest GTest::gtest_main)
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME})
  set_tests_properties(${ARG_NAME} PROPERTIES LABELS "${ARG_LABELS}" SKIP_RETURN_CODE 77 TIMEOUT ${ARG_TIMEOUT})
endfunction()
