// For tests: counts the events of a run in which scheduling could change a job's result.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <variant>
#include <vector>

#include "drive/observer.h"

namespace daris::testing {

class ScheduleFacts final : public Observer {
 public:
  void on_step(const Step& step) override {
    for (const Event& event : step.events) {
      if (const auto* ended = std::get_if<StageFinished>(&event)) busy_.erase(ended->slot);
      losses +=
          std::holds_alternative<LaunchFailed>(event) || std::holds_alternative<ContextLost>(event) ? 1 : 0;
    }
    for (const Decision& decision : step.decisions) {
      migrations += std::holds_alternative<MigrateTask>(decision) ? 1 : 0;
      if (const auto* launch = std::get_if<LaunchStage>(&decision)) take(*launch);
    }
  }
  void on_end(Time) override {}

  std::uint32_t migrations = 0;  // of tasks
  std::uint32_t overtaken = 0;   // stages before which another job ran in the job's slot
  std::uint32_t moved = 0;       // stages in another slot than the one before
  std::uint32_t beside = 0;      // launches while another slot was busy; right only if nothing failed
  std::uint32_t batched = 0;     // launches of several jobs
  std::uint32_t padded = 0;      // launches of more inputs than their jobs bring
  std::uint32_t losses = 0;      // of launches and contexts

  std::vector<std::uint32_t> inputs_of_task;  // set by the test before a run; else nothing is padded

 private:
  void take(const LaunchStage& launch) {
    beside += busy_.empty() ? 0 : 1;
    busy_.insert(launch.slot);
    batched += launch.jobs.size() > 1 ? 1 : 0;
    std::uint32_t inputs = 0;
    for (const JobId job : launch.jobs) inputs += inputs_of_task.empty() ? 0 : inputs_of_task[job.task.at()];
    padded += inputs > 0 && inputs < launch.batch ? 1 : 0;
    const JobId job = launch.jobs.front();
    if (launch.stage.value() > 0) {
      const SlotId before = slot_of_[job];
      overtaken += last_in_[before] == job ? 0 : 1;
      moved += before == launch.slot ? 0 : 1;
    }
    slot_of_[job] = launch.slot;
    last_in_[launch.slot] = job;
  }

  std::set<SlotId> busy_;
  std::map<JobId, SlotId> slot_of_;
  std::map<SlotId, JobId> last_in_;
};

}  // namespace daris::testing
