// A task set as written: groups of equal tasks (schema daris.task-set).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace daris {

enum class Precision { kFp32, kTf32, kFp16 };
enum class Weights { kShared, kOwn };  // shared: by all tasks of one model; own: one set for each copy

enum class ArrivalKind { kPeriodic, kSporadic, kPoisson, kGamma, kTrace };

struct Arrival {
  ArrivalKind kind = ArrivalKind::kPeriodic;
  double jitter_ms = 0;  // sporadic: added to the least inter-arrival time, uniform in [0, jitter)
  double coefficient_of_variation = 1;  // for gamma
  std::string trace_file;   // trace: CSV of release times in seconds, resolved against the task set's folder
  std::vector<Time> trace;  // trace: its contents
};

// Service level objectives. A limit that was not given is not checked.
struct Slo {
  std::optional<double> miss_rate_max;
  std::optional<double> loss_rate_max;
  std::optional<double> response_p90_ms_max;  // one of the two percentiles at most
  std::optional<double> response_p99_ms_max;
  std::optional<std::uint32_t> consecutive_misses_max;
};

struct TaskGroup {
  std::string name;
  std::uint32_t count = 1;
  std::string model;
  std::uint32_t batch = 1;
  Precision precision = Precision::kTf32;
  std::uint32_t priority = 0;
  Weights weights = Weights::kShared;
  Duration period;
  Duration deadline;               // relative; the period if none was given
  std::optional<Duration> offset;  // nullopt: drawn uniformly in [0, period)
  Arrival arrival;
  Slo slo;
  // How many groups before it a priority mix of 0 or 1 left out. What a task draws goes by the group's place
  // in the set as written.
  std::uint32_t left_out_before = 0;
};

struct TaskSet {
  std::string name;
  std::vector<TaskGroup> groups;
};

[[nodiscard]] std::string_view to_text(Precision precision);
[[nodiscard]] std::string_view to_text(Weights weights);
[[nodiscard]] std::string_view to_text(ArrivalKind kind);

// The levels that groups have, ascending, each once.
[[nodiscard]] std::vector<std::uint32_t> levels_of(const TaskSet& set);

}  // namespace daris
