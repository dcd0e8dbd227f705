# daris_add_test(NAME target SOURCES file... LIBRARIES library... LABELS label... [TIMEOUT seconds] [TORCH])
#
# One GoogleTest program, registered as one ctest entry. Labels: unit scenario property fuzz live gpu slow. A
# test with the label slow takes a minute or more on an idle machine; `make test-slow` runs these alone.
# TORCH: its sources include LibTorch's headers. Exit status 77 means "skipped: this machine can't run it";
# the program prints the reason.
#
# A test's own sources are compiled without optimization: that takes a third of the time, and what they test
# is in libraries. They share precompiled headers.
include_guard(GLOBAL)

add_custom_target(daris_check)  # the programs that scripts/check.sh runs

# daris_add_test_headers(NAME target LIBRARIES library... HEADERS header...): headers that tests have
# precompiled.
function(daris_add_test_headers)
  cmake_parse_arguments(ARG "" "NAME" "LIBRARIES;HEADERS" ${ARGN})
  # An executable as its users are, so that it is compiled with the same flags.
  add_executable(${ARG_NAME} ${PROJECT_SOURCE_DIR}/tests/empty_main.cpp)
  target_compile_options(${ARG_NAME} PRIVATE $<$<CONFIG:Release>:-O0>)
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_LIBRARIES} GTest::gmock GTest::gtest)
  target_precompile_headers(${ARG_NAME} PRIVATE ${ARG_HEADERS})
  set_target_properties(${ARG_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
endfunction()

# daris_add_test_objects(NAME target SOURCES file... LIBRARIES library...): sources that several tests share,
# as $<TARGET_OBJECTS:target>.
function(daris_add_test_objects)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;LIBRARIES" ${ARGN})
  add_library(${ARG_NAME} OBJECT ${ARG_SOURCES})
  # Compiled as executables are, since they share the precompiled headers.
  set_target_properties(${ARG_NAME} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${ARG_NAME} PRIVATE ${CMAKE_CXX_COMPILE_OPTIONS_PIE} $<$<CONFIG:Release>:-O0>)
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_LIBRARIES} GTest::gmock GTest::gtest)
  target_precompile_headers(${ARG_NAME} REUSE_FROM daris_test_headers)
endfunction()

function(daris_add_test)
  cmake_parse_arguments(ARG "TORCH" "NAME;TIMEOUT" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  foreach(needed NAME SOURCES LABELS)
    if(NOT ARG_${needed})
      message(FATAL_ERROR "daris_add_test(${ARG_NAME}): ${needed} is missing")
    endif()
  endforeach()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_compile_options(${ARG_NAME} PRIVATE $<$<CONFIG:Release>:-O0>)
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_LIBRARIES} GTest::gmock GTest::gtest GTest::gtest_main)
  if(ARG_TORCH)
    target_precompile_headers(${ARG_NAME} REUSE_FROM daris_torch_test_headers)
  else()
    target_precompile_headers(${ARG_NAME} REUSE_FROM daris_test_headers)
  endif()
  set_target_properties(${ARG_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  # scripts/check.sh chooses tests by the same expressions.
  if("${ARG_LABELS}" MATCHES "unit|scenario|property" AND NOT "${ARG_LABELS}" MATCHES "slow|gpu|live")
    add_dependencies(daris_check ${ARG_NAME})
  endif()
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME})
  set_tests_properties(${ARG_NAME} PROPERTIES
    LABELS "${ARG_LABELS}" SKIP_RETURN_CODE 77 TIMEOUT ${ARG_TIMEOUT})
endfunction()
