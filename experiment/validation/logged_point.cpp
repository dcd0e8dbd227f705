#include "experiment/validation/logged_point.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "analysis/logs/event_log_reader.h"
#include "analysis/report/metrics.h"
#include "analysis/report/report.h"
#include "base/json/json.h"
#include "experiment/log_header.h"
#include "experiment/run_config.h"

namespace daris {
namespace {

RunDescription describe(const EventLogHeader& header, const RunConfig& times) {
  RunDescription run;
  for (std::size_t i = 0; i < header.setup.tasks.size(); ++i) {
    const TaskSetup& task = header.setup.tasks[i];
    const std::string name = group_of_task(header.task_names[i]);
    if (run.groups.empty() || run.groups.back().name != name) run.groups.push_back({name, 0, task.level, {}});
    ++run.groups.back().count;
    run.tasks.push_back({static_cast<std::uint32_t>(run.groups.size() - 1), task.relative_deadline,
                         task.inputs, static_cast<std::uint32_t>(task.stage_estimates.size())});
  }
  run.contexts = header.setup.contexts;
  run.streams = header.setup.streams;
  run.measures_mret = header.setup.switches.estimator == Estimator::kMret;
  run.window_begin = Time() + times.warmup;
  run.window_end = Time() + times.duration;
  return run;
}

PointDescription describe_point(const EventLogHeader& header, const std::string& name) {
  PointDescription point;
  point.id = name;
  point.config = header.config;
  point.granted_sms = header.granted_sms;
  for (const BatchGroupSetup& group : header.setup.batch_groups) {
    if (!group.times.empty()) point.batch_limits.push_back(group.batch_limit);
  }
  return point;
}

}  // namespace

Result<Json> point_of_log(const std::filesystem::path& file) {
  const std::string name = file.string();
  DARIS_TRY_ASSIGN(EventLogReader reader, EventLogReader::open(file));
  const EventLogHeader& header = reader.header();
  if (header.kind != "live")
    return Error{name + ":1: kind: \"simulated\" is nothing to compare with; a live log is needed"};
  RunConfig times;
  DARIS_TRY(take_over(times, "warmup_s", header, name));
  DARIS_TRY(take_over(times, "duration_s", header, name));
  const RunDescription run = describe(header, times);
  MetricsCollector metrics(run);
  LoggedStep step;
  while (true) {
    DARIS_TRY_ASSIGN(const bool more, reader.next(step));
    if (!more) break;
    metrics.on_step({step.now, step.events, step.decisions, step.stages});
  }
  const Time end = reader.end().value_or(step.now);
  metrics.on_end(end);
  const std::vector<RunResults> results{metrics.results()};
  PointDescription point = describe_point(header, name);
  point.partial = end < run.window_end;
  return point_to_json(point, run, results);
}

}  // namespace daris
