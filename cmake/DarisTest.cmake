# daris_add_test(NAME target SOURCES file... LIBRARIES library... LABELS label... [TIMEOUT seconds])
#
# One GoogleTest program, registered as one ctest entry. Labels: unit scenario property fuzz live gpu slow.
# Exit status 77 means "skipped: this machine can't run it"; the program prints the reason.
include_guard(GLOBAL)

function(daris_add_test)
  cmake_parse_arguments(ARG "" "NAME;TIMEOUT" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  foreach(needed NAME SOURCES LABELS)
    if(NOT ARG_${needed})
      message(FATAL_ERROR "daris_add_test(${ARG_NAME}): ${needed} is missing")
    endif()
  endforeach()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_LIBRARIES} GTest::gmock GTest::gtest GTest::gtest_main)
  set_target_properties(${ARG_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME})
  set_tests_properties(${ARG_NAME} PROPERTIES LABELS "${ARG_LABELS}" SKIP_RETURN_CODE 77 TIMEOUT ${ARG_TIMEOUT})
endfunction()
