// Finds the program's own data files: task sets, profiles, contention models.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace daris {

// The folder of the bundled data, in the layout of the repository (workloads/task_sets/, profiles/data/,
// ...). It is the first of these that exists:
//   1. $DARIS_DATA_DIR
//   2. ../share/daris beside the running program
//   3. the sources that the program was built from
// Errors: none of them exists, or DARIS_DATA_DIR is no folder.
[[nodiscard]] Result<std::filesystem::path> data_directory();

// The names of the bundled documents in `folder` of the data directory: their file names without ".json",
// sorted.
[[nodiscard]] Result<std::vector<std::string>> list_data(std::string_view folder);

// The file that a user means. A text that ends in ".json" or has a "/" is a file's name; any other is the
// name of a bundled document in `folder`. `kind` is for messages: "task set". Errors: no such name, with the
// nearest known one. It is not checked whether a file can be read.
[[nodiscard]] Result<std::filesystem::path> find_data(std::string_view folder, std::string_view kind,
                                                      const std::string& name_or_file);

}  // namespace daris
