// For tests: a report of made-up figures, made by the library's own functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/report/report.h"
#include "base/json/json.h"

namespace daris::testing {

// There are two task groups, of levels 0 and 1, and a window of one second.
inline RunDescription sample_run() {
  RunDescription run;
  run.groups = {{"camera", 2, 0, {}}, {"map", 1, 1, {}}};
  run.tasks = {{0, Duration::from_ns(1'000'000), 1, 1},
               {0, Duration::from_ns(1'000'000), 1, 1},
               {1, Duration::from_ns(1'000'000), 1, 1}};
  run.window_end = Time::from_ns(1'000'000'000);
  return run;
}

// `jobs` of level 0 were admitted and completed, and `missed` of them were late. Level 1 released none.
inline RunResults sample_results(std::uint64_t jobs, std::uint64_t missed) {
  RunResults results;
  results.window = Duration::from_ns(1'000'000'000);
  results.slots = 1;
  results.groups.resize(2);
  Tally& tally = results.groups[0];
  tally.released = tally.admitted = tally.completed = tally.window_completions = tally.window_images = jobs;
  tally.missed = missed;
  tally.window_on_time = jobs - missed;
  for (std::uint64_t i = 0; i < jobs; ++i) {
    tally.response_ns.record(i < missed ? 3'000'000 : 500'000);
    results.stages.slowdown_ppm.record(1'250'000);
  }
  results.stages.finished = jobs;
  results.stages.within_mret = jobs;
  return results;
}

inline PointDescription sample_point(const std::string& id) {
  PointDescription point;
  point.id = id;
  point.config = std::make_shared<const Json>(Json{{"task_set", "sample"},
                                                   {"policy", "daris"},
                                                   {"contexts", 2},
                                                   {"load", 1.0},
                                                   {"priority_mix", nullptr},
                                                   {"switches", {{"bound", "1"}}}});
  point.granted_sms = {64, 64};
  point.load_reached = 1.0 / 3;
  point.group_loads = {{"camera", 60, 100.5}, {"map", 10, std::nullopt}};
  point.stage_times = 8;
  point.stage_times_interpolated = 2;
  point.warnings = {"the profile is of another GPU"};
  return point;
}

inline Json sample_report(const std::vector<std::string>& ids) {
  Provenance provenance;
  provenance.program = "daris 0.1.0";
  provenance.command = "daris sim";
  provenance.seed = 1;
  provenance.cpu = "some CPU";
  provenance.os = "some OS";
  provenance.wall_s = 1.5;
  std::vector<Json> points;
  for (const std::string& id : ids) {
    const std::vector<RunResults> replications = {sample_results(100, 3), sample_results(120, 0)};
    points.push_back(point_to_json(sample_point(id), sample_run(), replications));
  }
  return make_report(ReportKind::kSimulated, provenance, std::move(points));
}

}  // namespace daris::testing
