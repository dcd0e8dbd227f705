// Reads and writes task sets (schema daris.task-set).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/json/json_fwd.h"
#include "base/result.h"
#include "workloads/task_set.h"

namespace daris {

// Reads a task set and the trace files that it names. Errors: as docs/formats.md, "Input that is wrong"; the
// message names file, place, value and what would be right.
[[nodiscard]] Result<TaskSet> read_task_set(const std::filesystem::path& file);
// The folder from which the set's file names others: its own. A pipe has none (/dev/stdin, /dev/fd/63), and
// names are then relative to the working folder.
[[nodiscard]] std::filesystem::path folder_of_set(const std::filesystem::path& file);
// Names of trace files are relative to `folder`.
[[nodiscard]] Result<TaskSet> parse_task_set(const std::string& text, const std::string& origin,
                                             const std::filesystem::path& folder);

// Writes every field, defaults too, with times in milliseconds. Reading it again gives an equal set. The
// names of trace files stand as TaskSet has them, so relative ones start from the working folder.
[[nodiscard]] Json task_set_json(const TaskSet& set);
[[nodiscard]] std::string write_task_set(const TaskSet& set);

// The file of a task set. `name_or_file` is a file if it ends in ".json" or has a "/"; otherwise it is the
// name of a bundled set.
[[nodiscard]] Result<std::filesystem::path> find_task_set(const std::string& name_or_file);
// The names of the bundled task sets, sorted.
[[nodiscard]] Result<std::vector<std::string>> task_set_names();

}  // namespace daris
