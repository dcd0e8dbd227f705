// Where the program's own data files are: task sets, profiles, contention models.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace daris {

// The folder that the bundled data lie in, in the layout of the repository (workloads/task_sets/,
// profiles/data/, ...): the first of these that exists
//   1. $DARIS_DATA_DIR
//   2. ../share/daris beside the running program
//   3. the sources that the program was built from
// Errors: none of them exists, or DARIS_DATA_DIR is set to what is no folder.
[[nodiscard]] Result<std::filesystem::path> data_directory();

// The bundled documents of one kind: names (file names without ".json") in `folder` of the data directory,
// sorted.
[[nodiscard]] Result<std::vector<std::string>> list_data(std::string_view folder);

// The file meant by what a user wrote: a file, if it ends in ".json" or has a "/"; else the bundled document
// of that name in `folder`. `kind` is for messages: "task set". Errors: no such name, with the nearest known
// one. Whether a file can be read is the reader's business.
[[nodiscard]] Result<std::filesystem::path> find_data(std::string_view folder, std::string_view kind,
                                                      const std::string& name_or_file);

}  // namespace daris
