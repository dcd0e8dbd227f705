// `daris-batched`: batches of waiting jobs inside co-located contexts, and admission as a promise
// (docs/scheduler.md, "daris-batched").
//
// A waiting job belongs to its batch group, not to a context, until the first stage of its batch starts. A
// free slot takes the most urgent group's best batch (policy/batch_choice.h). A job is admitted if the
// prediction says that it and those admitted before it will be in time (policy/batch_promise.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "policy/batch_choice.h"
#include "policy/batch_costs.h"
#include "policy/batch_lane.h"
#include "policy/batch_promise.h"
#include "policy/batch_urgency.h"
#include "policy/begun_batches.h"
#include "policy/group_backlog.h"
#include "policy/level_contexts.h"
#include "policy/level_flows.h"
#include "policy/level_shares.h"
#include "policy/setup.h"
#include "policy/slot_policy.h"
#include "policy/slot_table.h"

namespace daris {

// Allocates, beyond what Policy allows, when a context is lost.
class DarisBatchedPolicy final : public SlotPolicy {
 public:
  // REQUIRES: a valid setup (policy/setup_check.h) with batch groups.
  explicit DarisBatchedPolicy(const PolicySetup& setup);

  // Of a job of the task alone.
  [[nodiscard]] std::span<const Duration> estimates(TaskId task) const override;
  [[nodiscard]] std::optional<Duration> batch_estimate(std::uint32_t group, std::size_t size,
                                                       StageIndex stage) const override {
    return costs_[group].stage_estimates(size)[stage.at()];
  }
  [[nodiscard]] std::span<const ContextId> homes() const override { return {}; }

 private:
  struct Task {
    Duration relative_deadline;
    LevelRank level = 0;
    std::uint32_t inputs = 1;
    std::size_t group = 0;
    Duration period;
    std::uint32_t refused = 0;  // of its jobs, how many in a row until now could not be promised
    Time next_due = Time();     // when its rate lets a next job come
  };
  // What a free slot may run next: the stage of a batch that has begun, or a new batch of a group.
  struct Next {
    BatchRank rank;
    std::optional<JobIndex> begun;
    std::size_t place = 0;  // of `begun` in its context's list; else the group
  };

  void on_stage_finished(const StageFinished& finished) override;
  void on_job_released(const JobReleased& released) override;
  void on_launch_failed(const LaunchFailed& failed) override;
  void lose_contexts(std::span<const Event> losses) override;
  void dispatch() override;

  [[nodiscard]] bool is_admitted(const BatchLane& lane, const PromisedJob& job, bool is_surplus);
  [[nodiscard]] bool is_surplus(Task& task, Time release) const;
  [[nodiscard]] bool level_is_certain(LevelRank level) const;
  [[nodiscard]] bool fits(std::int64_t work_ppb, std::uint32_t slots) const;
  [[nodiscard]] Duration allowed(const Task& task) const;
  [[nodiscard]] Duration room_left_by(const Task& task, Duration allowed) const;
  void predict_free_slots(const BatchLane& lane);
  [[nodiscard]] BatchLane& lane_for_new_job(LevelRank level);
  [[nodiscard]] bool serves(const BatchLane& lane, LevelRank level) const;
  [[nodiscard]] Duration work_of(const BatchLane& lane);
  void sort_out_hopeless(BatchLane& lane);
  void dispatch(BatchLane& lane);
  [[nodiscard]] bool look_for_slots(const BatchLane& lane);
  [[nodiscard]] std::uint32_t batches_in(ContextId context) const;
  [[nodiscard]] ContextId context_for_new_batch(const BatchLane& lane, LevelRank level);
  [[nodiscard]] std::optional<Next> next_of(const BatchLane& lane) const;
  void predict_next_free(const BatchLane& lane);
  [[nodiscard]] Duration left_of(const BegunBatch& batch) const;
  void sort_out_hopeless(BatchLane& lane, std::size_t group, LevelRank level);
  void drop_late(BatchLane& lane, std::size_t group);
  [[nodiscard]] bool begin_late_batch(BatchLane& lane);
  [[nodiscard]] JobIndex new_batch(std::size_t group, ContextId context, LevelRank level,
                                   const BacklogJob& leader);
  void put_into(BegunBatch& batch, const BacklogJob& job);
  void note_promises(const BegunBatch& batch);
  void begin_batch(BatchLane& lane, std::size_t group);
  void launch(JobIndex batch);
  void end_batch(JobIndex batch);
  void drop_by_id(std::vector<JobId>& jobs, DropReason reason);
  void lose(ContextId context);
  void leave(BatchLane& lane);

  PolicySwitches switches_;
  std::vector<Task> tasks_;
  bool first_is_zero_;             // of the levels that tasks have
  Time crowded_until_;             // until then level 0 has surplus that the slots have no room for
  std::vector<BatchCosts> costs_;  // by group
  LevelFlows flows_;
  std::uint32_t streams_;
  LevelContexts contexts_;
  SlotTable slots_;
  BegunBatches batches_;
  std::vector<std::vector<JobIndex>> between_stages_;  // by context: begun and waiting
  std::vector<std::uint32_t> batches_in_;              // scratch: by context, begun
  std::vector<ContextId> candidates_;                  // scratch
  std::vector<BatchLane> lanes_;
  BatchUrgency urgency_;
  BatchChoice choice_;
  LevelShares shares_;
  BatchPromise promise_;
  std::vector<bool> open_;             // by level, in the dispatch pass: a slot for it is free
  std::vector<Duration> next_free_;    // likewise: after what time another slot for it is free
  std::vector<std::uint32_t> places_;  // scratch
  std::vector<JobId> dropped_;         // of the step's lost contexts
};

}  // namespace daris
