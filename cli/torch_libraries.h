// Finds LibTorch and CUDA's runtime for the GPU programs. An installed program remembers no folders, so these
// two variables name them:
//   DARIS_TORCH_DIR   LibTorch: the folder with lib/, of the wheel (site-packages/torch) or unpacked
//   DARIS_CUDA_DIR    the CUDA toolkit; needed if LibTorch does not bring CUDA's runtime along
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace daris {

// The folders with libraries that the variables name, the first one first; empty if neither is set. The wheel
// of LibTorch has CUDA's libraries in folders beside it (nvidia/*/lib).
[[nodiscard]] std::vector<std::string> torch_library_folders();

// Puts those folders at the head of LD_LIBRARY_PATH of this process, for the program that it becomes.
void use_torch_libraries();

// Errors: the libraries that `program` needs and that the dynamic loader does not find, with the variable to
// set. Succeeds if the loader can't be asked.
[[nodiscard]] Status find_libraries(const std::string& program);

// Errors: a limit of address space (ulimit -v) is set, and `program` can't be loaded under it.
[[nodiscard]] Status check_address_space(const std::string& program);

}  // namespace daris
