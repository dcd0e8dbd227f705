// Tells how far a run of `scripted` strayed from its schedule: when stages started, and how long they took.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/report/run_description.h"
#include "base/histogram.h"
#include "drive/observer.h"
#include "drive/recorded_schedule.h"
#include "workloads/workload.h"

namespace daris {

// Errors: values less the recorded ones.
struct ErrorTally {
  Histogram size_ns;        // without their sign
  std::int64_t sum_ns = 0;  // with their sign

  void record(Duration error);
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

// Watches one run; then it is spent. It compares what the executor measures with what the record says. A
// start or an end that the record lacks is not compared.
class ScheduleComparison final : public Observer {
 public:
  // REQUIRES: `recorded` outlives this; `workload` and `run` are those of the run, whose policy executes
  // `recorded`.
  ScheduleComparison(const RecordedSchedule& recorded, const Workload& workload, const RunDescription& run);

  void on_step(const Step& step) override;
  void on_end(Time) override {}
  [[nodiscard]] const ScheduleErrors& errors() const { return errors_; }

 private:
  struct Slot {
    std::vector<std::uint32_t> launches;  // of the schedule, in its order
    std::size_t next = 0;
    std::optional<std::uint32_t> running;
  };
  void make_classes(const Workload& workload);
  void note(const LaunchStage& launch);
  void compare(std::uint32_t launch, const StageMeasurement& measured);

  const RecordedSchedule& recorded_;
  Time window_begin_;
  Time window_end_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> class_of_launch_;  // index into errors_.stages
  ScheduleErrors errors_;
};

}  // namespace daris
