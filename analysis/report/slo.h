// Service level objectives: whether they were met, and by how much (docs/formats.md, "Objectives").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/report/run_results.h"
#include "base/time.h"
#include "workloads/task_set.h"

namespace daris {

struct SloMargin {
  std::string limit;  // the limit's key in a task set: "miss_rate_max"
  // The limit less the measured figure, in the limit's unit: below 0 if it is broken, null if there is no
  // figure.
  std::optional<double> margin;
  std::optional<bool> met;  // null: the run did not show it
  // If it was not shown: how many jobs more would show it, if each of them kept to it.
  std::uint64_t jobs_missing = 0;
};

struct SloOutcome {
  std::optional<bool> met;  // null if no limit is given, or if a limit was not shown and none is broken
  std::vector<SloMargin> margins;  // of the limits that are given
};

// A limit on a percentile of response times.
struct PercentileLimit {
  const char* key = "";  // in a task set: "response_p99_ms_max"
  std::uint32_t ppm = 0;
  double allowed_ms = 0;
  Duration allowed;
};
// Nullopt if there is none.
[[nodiscard]] std::optional<PercentileLimit> percentile_limit(const Slo& slo);

// A limit on a figure that the run does not have is not met: the miss rate, for example, if all jobs were
// rejected. But if no job was put to the test, it was not shown. A limit on a percentile is shown by the
// exact one-sided bound of 99%. There a job that is unfinished at the run's end counts by its age: older than
// the limit it is above it, else nobody knows.
[[nodiscard]] SloOutcome judge(const Slo& slo, const Tally& tally);

}  // namespace daris
