// The schedule of a run, with the times at which it was executed. Policy `scripted` repeats it, and its run
// is compared with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "drive/observer.h"
#include "policy/schedule.h"
#include "policy/schedule_builder.h"

namespace daris {

// Both as in StageMeasurement; nullopt if the stage did not end in the run.
struct RecordedStage {
  std::optional<Time> started;
  std::optional<Duration> execution;
};

struct RecordedSchedule {
  Schedule schedule;
  std::vector<RecordedStage> stages;  // one for each launch of the schedule
  Time end;                           // of the run
};

// Records any run, of any policy and in any world.
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
  std::vector<std::optional<std::size_t>> launch_of_slot_;  // the launch that runs there
};

}  // namespace daris
