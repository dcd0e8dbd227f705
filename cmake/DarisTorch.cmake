# LibTorch, CUDA and CUPTI for the programs that run models on a GPU.
#
# DARIS_WITH_TORCH   AUTO: build those programs if all is found | ON: all must be found | OFF: leave them out
# DARIS_TORCH_DIR    LibTorch: the folder with include/ and lib/ (of the wheel, or of an unpacked LibTorch)
# DARIS_CUDA_DIR     the CUDA toolkit: the folder with bin/nvcc, include/cupti.h and lib64/ or lib/
# DARIS_PYTHON       a Python with the wheel of LibTorch; the tests compare models with torchvision by it
# If they are not named they come from .venv/, into which scripts/setup.sh installs them.
#
# Makes the targets daris::torch, daris::cudart and daris::cupti, and enables the language CUDA. The targets
# are made by hand instead of by find_package(Torch), which looks for a GPU and links the driver: a program
# that links these starts on a machine without a driver. None of them may ever bring in libcuda or
# libnvidia-ml.
include_guard(GLOBAL)

set(DARIS_WITH_TORCH AUTO CACHE STRING "AUTO, ON or OFF")
set_property(CACHE DARIS_WITH_TORCH PROPERTY STRINGS AUTO ON OFF)
if(NOT DARIS_WITH_TORCH)
  return()
endif()

file(GLOB packages LIST_DIRECTORIES true ${PROJECT_SOURCE_DIR}/.venv/lib/python3*/site-packages)
find_path(DARIS_TORCH_DIR include/ATen/ATen.h HINTS ENV DARIS_TORCH_DIR PATHS ${packages} PATH_SUFFIXES torch
          NO_DEFAULT_PATH)
find_path(DARIS_CUDA_DIR bin/nvcc HINTS ENV DARIS_CUDA_DIR PATHS ${packages} PATH_SUFFIXES nvidia/cu13
          NO_DEFAULT_PATH)
find_program(DARIS_PYTHON python PATHS ${PROJECT_SOURCE_DIR}/.venv/bin NO_DEFAULT_PATH)

# CUPTI lies beside CUDA's runtime in a wheel, in extras/CUPTI in an installed toolkit.
set(cuda_libraries ${DARIS_CUDA_DIR}/lib64 ${DARIS_CUDA_DIR}/lib ${DARIS_CUDA_DIR}/extras/CUPTI/lib64)
find_library(DARIS_CUDART NAMES cudart libcudart.so.13 PATHS ${cuda_libraries} NO_DEFAULT_PATH)
find_library(DARIS_CUPTI NAMES cupti libcupti.so.13 PATHS ${cuda_libraries} NO_DEFAULT_PATH)
find_path(DARIS_CUPTI_INCLUDE cupti.h PATHS ${DARIS_CUDA_DIR}/include ${DARIS_CUDA_DIR}/extras/CUPTI/include
          NO_DEFAULT_PATH)

set(torch_missing "")
foreach(part DARIS_TORCH_DIR DARIS_CUDA_DIR DARIS_CUDART DARIS_CUPTI DARIS_CUPTI_INCLUDE)
  if(NOT ${part})
    list(APPEND torch_missing ${part})
  endif()
endforeach()
if(torch_missing)
  list(JOIN torch_missing ", " torch_missing)
  set(how "run scripts/setup.sh torch, or name DARIS_TORCH_DIR and DARIS_CUDA_DIR")
  if(DARIS_WITH_TORCH STREQUAL AUTO)
    message(STATUS "The GPU programs are left out; not found: ${torch_missing}; ${how}")
    return()
  endif()
  message(FATAL_ERROR "LibTorch is \"${DARIS_TORCH_DIR}\" and CUDA is \"${DARIS_CUDA_DIR}\". "
                      "Not found: ${torch_missing}; ${how}")
endif()

set(CMAKE_CUDA_COMPILER ${DARIS_CUDA_DIR}/bin/nvcc)
# CMake before 3.26 does not know that nvcc has C++20.
if(CMAKE_VERSION VERSION_LESS 3.26)
  set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
  set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION "-std=c++20")
endif()
set(CMAKE_CUDA_STANDARD 20)
set(CMAKE_CUDA_RUNTIME_LIBRARY Shared)  # the one that LibTorch uses
if(NOT CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES 75-virtual 90-real CACHE STRING "Compute capabilities, without the dot")
endif()
enable_language(CUDA)

add_library(daris_cudart INTERFACE IMPORTED GLOBAL)
target_include_directories(daris_cudart INTERFACE ${DARIS_CUDA_DIR}/include)
target_link_libraries(daris_cudart INTERFACE ${DARIS_CUDART})
add_library(daris::cudart ALIAS daris_cudart)

add_library(daris_cupti INTERFACE IMPORTED GLOBAL)
target_include_directories(daris_cupti INTERFACE ${DARIS_CUPTI_INCLUDE})
target_link_libraries(daris_cupti INTERFACE ${DARIS_CUPTI} daris_cudart)
add_library(daris::cupti ALIAS daris_cupti)

# The CUDA half registers itself when it is loaded: it must be linked even if none of our symbols names it.
# Packages of users' models ask for libtorch.so by name.
set(torch_libraries ${DARIS_TORCH_DIR}/lib)
set(whole ${torch_libraries}/libtorch_cuda.so ${torch_libraries}/libtorch.so)
list(JOIN whole "," whole)
add_library(torch INTERFACE IMPORTED GLOBAL)
target_include_directories(torch INTERFACE
  ${DARIS_TORCH_DIR}/include ${DARIS_TORCH_DIR}/include/torch/csrc/api/include)
target_link_libraries(torch INTERFACE
  ${torch_libraries}/libtorch_cpu.so ${torch_libraries}/libc10.so ${torch_libraries}/libc10_cuda.so
  -Wl,--push-state,--no-as-needed,${whole},--pop-state
  daris_cudart Threads::Threads)
add_library(daris::torch ALIAS torch)
message(STATUS "LibTorch: ${DARIS_TORCH_DIR}; CUDA: ${DARIS_CUDA_DIR}")
