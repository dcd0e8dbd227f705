// Compares a run of `scripted` with the schedule that it executes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/report/run_description.h"
#include "analysis/report/schedule_errors.h"
#include "base/time.h"
#include "drive/observer.h"
#include "drive/recorded_schedule.h"
#include "workloads/workload.h"

namespace daris {

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
