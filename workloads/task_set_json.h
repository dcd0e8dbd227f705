// Reads and writes task sets (schema daris.task-set).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/json/json.h"
#include "base/result.h"
#include "workloads/task_set.h"

namespace daris {

// Errors: as interfaces.md, "Input that is wrong"; the message names file, place, value and what would be
// right. Trace files are read along.
[[nodiscard]] Result<TaskSet> read_task_set(const std::filesystem::path& file);
// `folder` is where the names of trace files start from.
[[nodiscard]] Result<TaskSet> parse_task_set(const std::string& text, const std::string& origin,
                                             const std::filesystem::path& folder);

// Every field is written out, defaults too, times in milliseconds; reading it gives an equal set. The names
// of trace files stand as TaskSet has them, so relative ones start from the working folder.
[[nodiscard]] Json task_set_json(const TaskSet& set);
[[nodiscard]] std::string write_task_set(const TaskSet& set);

// The file of a task set given as a file (ends in ".json" or has a "/") or as the name of a bundled one.
[[nodiscard]] Result<std::filesystem::path> find_task_set(const std::string& name_or_file);
// The bundled ones, sorted.
[[nodiscard]] Result<std::vector<std::string>> task_set_names();

}  // namespace daris
