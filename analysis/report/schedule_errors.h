// Tells how far a run of `scripted` strayed from its schedule: when stages started, and how long they took.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/histogram.h"
#include "base/time.h"
#include "policy/ids.h"

namespace daris {

// Errors: values less the recorded ones.
struct ErrorTally {
  Histogram size_ns;        // without their sign
  std::int64_t sum_ns = 0;  // with their sign

  void record(Duration error) {
    size_ns.record(std::abs(error.ns()));
    sum_ns += error.ns();
  }
};

// All launches of one stage of one model in one precision and batch.
struct StageErrors {
  std::string model;
  std::string precision;
  std::uint32_t batch = 1;
  StageIndex stage;
  ErrorTally start;
  ErrorTally duration;
};

struct ScheduleErrors {
  std::uint64_t recorded = 0;  // launches of the schedule
  std::uint64_t executed = 0;  // of these, those that the run did
  // They ascend by model, precision, batch and stage. Only stages that finished inside the window count.
  std::vector<StageErrors> stages;
};

}  // namespace daris
