#include "experiment/release_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "analysis/logs/event_log_reader.h"
#include "base/json/json.h"
#include "base/sha256.h"

namespace daris {
namespace {

std::string hash_of(const ReleaseLog& log) {
  std::string text;
  const auto to = std::back_inserter(text);
  for (std::size_t i = 0; i < log.tasks.size(); ++i) {
    fmt::format_to(to, "{} {} {}\n", log.task_names[i], log.tasks[i].period.ns(),
                   log.tasks[i].relative_deadline.ns());
  }
  for (const Release& release : log.releases) {
    fmt::format_to(to, "{} {} {}\n", release.nominal.ns(), release.job.ordinal, release.job.task.value());
  }
  return sha256_hex(text);
}

// A copy has the name of its group, or that name with a number: "group/2".
bool is_copy(const std::string& task, const std::string& group) {
  if (!task.starts_with(group)) return false;
  const std::string rest = task.substr(group.size());
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return rest.empty() ||
         (rest.size() > 1 && rest.front() == '/' && std::all_of(rest.begin() + 1, rest.end(), is_digit));
}

// Tells whether the missing groups are all those of level 0, or all those below it, as a priority mix of 1 or
// 0 leaves them out.
bool are_one_side(const std::vector<const TaskGroup*>& missing, const std::vector<TaskGroup>& kept) {
  const bool level0 = missing.front()->priority == 0;
  return !kept.empty() && std::all_of(missing.begin(), missing.end(), [&](const TaskGroup* group) {
    return (group->priority == 0) == level0;
  }) && std::none_of(kept.begin(), kept.end(), [&](const TaskGroup& group) {
    return (group.priority == 0) == level0;
  });
}

}  // namespace

Result<ReleaseLog> read_release_log(const std::filesystem::path& file) {
  DARIS_TRY_ASSIGN(const EventLogReader reader, EventLogReader::open(file));
  const EventLogHeader& header = reader.header();
  DARIS_TRY_ASSIGN(LoggedReleases logged, read_releases(file, header.setup.tasks.size()));
  ReleaseLog log;
  log.name = file.string();
  const Json task_set = header.config->value("task_set", Json());
  if (task_set.is_string()) log.task_set = task_set.get<std::string>();
  log.task_names = header.task_names;
  log.task_models = header.task_models;
  log.tasks = header.setup.tasks;
  log.releases = std::move(logged.releases);
  log.end = logged.end;
  log.cut_off = logged.cut_off;
  log.sha256 = hash_of(log);
  return log;
}

Result<TaskSet> scale_as_logged(const TaskSet& set, const ReleaseLog& log) {
  TaskSet scaled = set;
  scaled.groups.clear();
  std::vector<const TaskGroup*> missing;
  std::size_t next = 0;
  for (const TaskGroup& written : set.groups) {
    TaskGroup group = written;
    group.count = 0;
    group.left_out_before = static_cast<std::uint32_t>(missing.size());
    for (; next < log.tasks.size() && is_copy(log.task_names[next], group.name); ++next, ++group.count) {
      group.period = log.tasks[next].period;
      group.deadline = log.tasks[next].relative_deadline;
    }
    if (group.count == 0) {
      missing.push_back(&written);
    } else {
      scaled.groups.push_back(std::move(group));
    }
  }
  if (!missing.empty() && (next < log.tasks.size() || !are_one_side(missing, scaled.groups)))
    return Error{log.name + ": has no task of group \"" + missing.front()->name + "\" of task set \"" +
                 set.name + "\" in its place"};
  if (next == log.tasks.size()) return scaled;
  return Error{log.name + ": task \"" + log.task_names[next] + "\" is not in task set \"" + set.name +
               "\"; name the log's own with --task-set"};
}

}  // namespace daris
