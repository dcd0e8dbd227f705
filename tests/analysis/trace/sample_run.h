// For tests: timelines of runs that are written by hand.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "analysis/trace/run_timeline.h"
#include "base/json/json.h"
#include "tests/analysis/run_script.h"

namespace daris::testing {

struct SampleTask {
  std::uint32_t level = 0;
  std::int64_t deadline_ns = 100;
  std::vector<std::int64_t> estimates_ns = {10};
};

// The measured window is [0, 1 s).
inline EventLogHeader sample_header(const std::vector<SampleTask>& tasks, std::uint32_t contexts = 1,
                                    std::uint32_t streams = 1) {
  EventLogHeader header;
  header.kind = "simulated";
  header.policy = "daris";
  header.config = std::make_shared<const Json>(Json{{"warmup_s", 0}, {"duration_s", 1}});
  header.setup.contexts = contexts;
  header.setup.streams = streams;
  header.granted_sms.assign(contexts, 16);
  for (const SampleTask& task : tasks) {
    TaskSetup row;
    row.period = row.relative_deadline = ns(task.deadline_ns);
    row.level = task.level;
    for (const std::int64_t estimate : task.estimates_ns) row.stage_estimates.push_back(ns(estimate));
    header.setup.tasks.push_back(std::move(row));
    header.task_names.push_back("task/" + std::to_string(header.task_names.size() + 1));
    header.placement.push_back(ContextId(0));
  }
  return header;
}

inline RunTimeline timeline_of(const EventLogHeader& header, const std::vector<Moment>& moments,
                               std::int64_t end_ns) {
  TimelineRecorder recorder("log", header);
  for (const Moment& moment : moments) moment.feed(recorder);
  recorder.on_end(at(end_ns));
  return std::move(recorder).take();
}

}  // namespace daris::testing
