# Says how every target of ours is compiled. The root includes it once.
#
# DARIS_SANITIZER   none | address | thread | fuzzer; address comes with undefined behaviour, and fuzzer
#                   (libFuzzer, Clang only) with both
# DARIS_COVERAGE    ON: count the lines that run (GCC, gcov)
include_guard(GLOBAL)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_LINK_DEPENDS_NO_SHARED ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release or RelWithDebInfo" FORCE)
endif()

find_program(DARIS_CCACHE ccache)
if(DARIS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${DARIS_CCACHE})
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${DARIS_CCACHE})
endif()

# Equal bytes from GCC and from Clang need equal rounding: no contraction, no fast-math, no -march=native.
add_library(daris_options INTERFACE)
target_include_directories(daris_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(daris_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wconversion;-Wshadow;-Werror;-ffp-contract=off>
  $<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-Wall,-Wextra,-Wconversion,-Wshadow,-Werror,-ffp-contract=off>)

# For libraries that simulate and decide: builds releases for speed. What it leaves out changes no result.
# Nobody reads errno or the floating-point unit's flags; to maintain them keeps square roots and divisions
# from being vectorized. No shared library replaces functions of ours; that one might keeps them from being
# inlined.
function(daris_build_for_speed target)
  set(flags -fno-math-errno -fno-trapping-math -fno-semantic-interposition)
  target_compile_options(${target} PRIVATE "$<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CONFIG:Release>>:${flags}>")
endfunction()

# GCC 12 sees overlapping copies in `"text" + std::to_string(n)` that are not there (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(daris_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
endif()

# In a unity build sources are included by one file, so GCC takes them for headers with anonymous namespaces.
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_compile_options(daris_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-subobject-linkage>)
endif()

# For sources whose anonymous namespaces have names that other sources of the target have too: a unity build
# compiles them by themselves.
function(daris_compile_apart)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

set(DARIS_SANITIZER none CACHE STRING "none, address, thread or fuzzer")
set_property(CACHE DARIS_SANITIZER PROPERTY STRINGS none address thread fuzzer)
set(sanitizer_flags_none "")
set(sanitizer_flags_address -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
set(sanitizer_flags_thread -fsanitize=thread -fno-omit-frame-pointer)
set(sanitizer_flags_fuzzer ${sanitizer_flags_address} -fsanitize=fuzzer-no-link)
if(NOT DEFINED sanitizer_flags_${DARIS_SANITIZER})
  message(FATAL_ERROR "DARIS_SANITIZER is \"${DARIS_SANITIZER}\"; known are none, address, thread and fuzzer")
endif()
set(sanitizer_flags ${sanitizer_flags_${DARIS_SANITIZER}})
# With AddressSanitizer GCC 12 wrongly warns that std::regex reads a std::function too early (GCC bug 105562).
if(DARIS_SANITIZER STREQUAL address AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  list(APPEND sanitizer_flags -Wno-maybe-uninitialized)
endif()
target_compile_options(daris_options INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:${sanitizer_flags}>")
target_link_options(daris_options INTERFACE ${sanitizer_flags})

option(DARIS_COVERAGE "Count the lines that run" OFF)
if(DARIS_COVERAGE)
  target_compile_options(daris_options INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(daris_options INTERFACE --coverage)
endif()

link_libraries(daris_options)  # all targets that are made after this
