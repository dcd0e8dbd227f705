// The nominal releases of an event log, for `--releases`: they repeat a run in the other world or under
// another policy.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/logs/event_log_header.h"
#include "base/result.h"
#include "policy/setup.h"
#include "workloads/task_set.h"
#include "workloads/workload.h"

namespace daris {

struct ReleaseLog {
  std::string name;                      // the file
  std::string sha256;                    // of the tasks and releases, not of the file
  std::string task_set;                  // what the log's run was configured with
  std::vector<std::string> task_names;   // by TaskId
  std::vector<LoggedModel> task_models;  // by TaskId; empty texts if the log lacks them
  std::vector<TaskSetup> tasks;
  ReleaseList releases;
  Time end;              // of what the log has of its run
  bool cut_off = false;  // it has no end line
};

// Errors: see docs/formats.md, "Input that is wrong".
[[nodiscard]] Result<ReleaseLog> read_release_log(const std::filesystem::path& file);

// The set with the counts, periods and deadlines of the log's tasks. So each release finds its task, whatever
// the load means on this GPU and backend. With a priority mix of 0 or 1 the log has tasks on one side of
// level 0 alone. The groups of the other side are then left out. Errors: the log's tasks are not those of the
// set.
[[nodiscard]] Result<TaskSet> scale_as_logged(const TaskSet& set, const ReleaseLog& log);

}  // namespace daris
