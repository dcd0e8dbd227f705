// A closed loop: every slot is given its next job the moment its last one is done, with no scheduler. It
// keeps the machine as full as its slots allow. So it gives the saturation rate, and the times of stages
// under full load. It is a policy, so that it runs in either world.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "drive/closed_loop_turns.h"
#include "policy/policy.h"
#include "policy/setup.h"
#include "workloads/workload.h"

namespace daris {

// Says which task runs in which slot.
struct ClosedLoopWork {
  // Each slot runs this task over and over; empty: all slots take the tasks in turn.
  std::vector<TaskId> slot_task;
  std::vector<TaskId> tasks;  // that are taken in turn; empty: all
  std::uint32_t slots = 0;    // only so many slots run, the first ones; 0: all
  // Inputs of every launch, which takes as many jobs of its task as fit. By default a launch is one job's.
  // REQUIRES: a job of each task that runs fits.
  std::optional<std::uint32_t> batch = std::nullopt;
  // Which of `tasks` each context takes in turn; empty: every context takes all of them.
  ClosedLoopTurns turns = {};
};

// In a lap a slot runs all stages of one job, or of the jobs that are launched together.
struct ClosedLoopPlan {
  ClosedLoopWork work;          // with the turns of all contexts
  std::uint32_t warm_laps = 0;  // not measured
  // These come next. As many laps as there are slots follow them, so that the machine stays full.
  std::uint32_t measured_laps = 1;
};

// Later than any end of a closed loop.
inline constexpr Time kAfterClosedLoop = Time::from_ns(std::int64_t{1} << 50);

// Tells a closed loop what it needs to know of a task.
struct ClosedLoopTask {
  std::uint32_t inputs = 1;               // of a job
  std::vector<Duration> stage_estimates;  // the starts of slots are spread by them; guesses will do
};

// The setup of a closed loop. Its jobs have no deadline before kAfterClosedLoop.
[[nodiscard]] PolicySetup closed_loop_setup(std::uint32_t contexts, std::uint32_t streams,
                                            std::vector<ClosedLoopTask> tasks);

// Measures at least `rounds` rounds over the tasks, or over those of `work.tasks` if it names any. Each slot
// has at least 8 measured laps, after 2 to warm up.
[[nodiscard]] ClosedLoopPlan plan_closed_loop(const PolicySetup& setup, std::uint32_t rounds,
                                              ClosedLoopWork work);

// Every job that there may be, released at once. The closed loop itself decides when each starts.
[[nodiscard]] ReleaseList closed_loop_releases(const PolicySetup& setup, const ClosedLoopPlan& plan);

struct ClosedLoopResult {
  double jobs_per_s = 0;  // of all slots together
  Duration measured;      // from the first measured completion to the last
  // Mean time of the executions, by task and stage; empty for a task of which a stage was not measured.
  std::vector<std::vector<double>> stage_ns;
  // Each turn had 8 measured laps at least, and each of its tasks was measured. False can only be if there
  // are several turns; a longer loop is then needed.
  bool turns_measured = false;
  bool complete = false;  // false: a launch failed or a context was lost, and slots stood still
};

class ClosedLoopPolicy final : public Policy {
 public:
  // At first the slots start one after the other, spread over a job's time, so that they don't run in step.
  // REQUIRES: `setup` and `plan` outlive this.
  ClosedLoopPolicy(const PolicySetup& setup, const ClosedLoopPlan& plan);

  [[nodiscard]] std::span<const Decision> step(Time now, std::span<const Event> events) override;
  [[nodiscard]] std::span<const Duration> estimates(TaskId task) const override;
  [[nodiscard]] std::span<const ContextId> homes() const override { return {}; }

  // Tells whether no slot will run anything more.
  [[nodiscard]] bool finished() const { return open_slots_ == 0; }
  // REQUIRES: finished().
  [[nodiscard]] ClosedLoopResult result() const;

 private:
  struct Running {
    std::vector<JobId> jobs;  // of one task
    std::uint32_t stage = 0;
    bool closed = false;
  };
  // Laps that one slot completed in the measured part. A slot's rate comes from its own first and last
  // completion. So it does not matter where in the round of slots the measured part begins and ends.
  struct SlotSpan {
    Time first;
    Time last;
    std::uint32_t jobs = 0;  // of the laps after the first
    bool begun = false;
  };
  struct Sum {
    double ns = 0;
    std::uint32_t count = 0;
  };

  [[nodiscard]] std::size_t turn_of(SlotId slot) const {
    return plan_.work.turns.of_context[slot.at() / setup_.streams];
  }
  [[nodiscard]] TaskId next_task(SlotId slot);
  [[nodiscard]] bool is_measured() const {
    return finished_laps_ >= plan_.warm_laps && finished_laps_ < plan_.warm_laps + plan_.measured_laps;
  }
  void spread_starts();
  void finish_stage(const StageFinished& finished, Time now);
  void start_lap(SlotId slot);
  void start_stage(SlotId slot);
  void finish_lap(SlotId slot, Time now);
  [[nodiscard]] bool turns_are_measured() const;
  void give_up(SlotId slot);
  void give_up(ContextId context);
  void close(SlotId slot);

  const PolicySetup& setup_;
  const ClosedLoopPlan& plan_;
  std::uint32_t slots_;  // that run
  std::uint32_t started_laps_ = 0;
  std::uint32_t finished_laps_ = 0;
  std::size_t open_slots_;
  bool begun_ = false;
  bool complete_ = true;
  std::vector<std::uint32_t> started_of_turn_;   // laps
  std::vector<std::uint32_t> measured_of_turn_;  // laps
  std::vector<std::uint32_t> next_ordinal_;      // by task
  std::vector<Running> running_;                 // by slot, of those that run
  std::vector<SlotSpan> spans_;                  // by slot, of those that run
  std::vector<std::vector<Sum>> sums_;           // by task and stage
  std::vector<Decision> decisions_;
};

}  // namespace daris
