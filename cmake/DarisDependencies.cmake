# Libraries that come from the system's packages (scripts/versions.env names them). They are headers only or
# linked statically, so that a program built here starts on a machine that lacks the packages: daris::fmt
# instead of fmt::fmt, Boost::program_options from its .a.
include_guard(GLOBAL)

find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(fmt 9 REQUIRED)
find_package(valijson REQUIRED)
find_package(GTest 1.12 REQUIRED)
if(DARIS_WITH_BENCHMARKS)
  find_package(benchmark 1.7 REQUIRED)
endif()

# The instantiations in fmt_library.cpp are those of {fmt} 9.
if(fmt_VERSION VERSION_LESS 10)
  add_library(daris_fmt STATIC ${CMAKE_CURRENT_LIST_DIR}/fmt_library.cpp)
  target_include_directories(daris_fmt SYSTEM PUBLIC
    $<TARGET_PROPERTY:fmt::fmt-header-only,INTERFACE_INCLUDE_DIRECTORIES>)
else()
  add_library(daris_fmt INTERFACE)
  target_link_libraries(daris_fmt INTERFACE fmt::fmt-header-only)
endif()
add_library(daris::fmt ALIAS daris_fmt)

set(Boost_USE_STATIC_LIBS ON)
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
target_link_libraries(Boost::program_options INTERFACE Boost::headers)

find_path(DARIS_RANDOM123_INCLUDE Random123/philox.h REQUIRED)
find_path(DARIS_BOOST_MATH_INCLUDE boost/math/distributions/students_t.hpp REQUIRED)
