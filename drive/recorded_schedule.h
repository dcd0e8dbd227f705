// The schedule of a run with the times at which it was executed: what `scripted` repeats, and what its run is
// compared with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "drive/observer.h"
#include "policy/schedule.h"
#include "policy/schedule_builder.h"

namespace daris {

// As StageMeasurement has them; nothing where the run had no end of the stage.
struct RecordedStage {
  std::optional<Time> started;
  std::optional<Duration> execution;
};

struct RecordedSchedule {
  Schedule schedule;
  std::vector<RecordedStage> stages;  // by launch of the schedule
  Time end;                           // of the run
};

// Records any run, of any policy in any world.
class ScheduleRecorder final : public Observer {
 public:
  explicit ScheduleRecorder(std::size_t slots) : launch_of_slot_(slots) {}

  void on_step(const Step& step) override;
  void on_end(Time end) override { end_ = end; }
  [[nodiscard]] RecordedSchedule take() &&;

 private:
  void note_end(const StageFinished& finished, const StageMeasurement& measured);

  ScheduleBuilder builder_;
  Time end_;
  std::vector<RecordedStage> stages_;
  std::vector<Time> launched_at_;                           // by launch
  std::vector<std::optional<std::size_t>> launch_of_slot_;  // that runs
};

}  // namespace daris
