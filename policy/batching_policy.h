// `batching` and `clockwork`: one batch at a time on the whole machine, the classic upper bound.
//
// Each batch group has a queue. When the machine is idle, the queue with the most urgent job gives its best
// batch (policy/batch_queue.h). Urgency goes by level, deadline, job id. `clockwork` is the same with B = 1.
// These rules (docs/scheduler.md, "batching and clockwork") are easily missed:
// - A job is hopeless if it would end after its deadline even when served next, in the smallest profiled
//   batch that holds it. At its release "next" is now, or the expected end of the running batch: a hopeless
//   job is rejected. Later the test is made whenever the machine is idle: a hopeless job is dropped. The
//   lowest level goes first, within a level by deadline and job id.
// - B counts inputs. Jobs are taken by urgency until one does not fit.
// - With wait = latest a batch that is not full starts as late as it can. Were it to grow to B, each of its
//   jobs would still end in time. So would each other queue's head, if it came next and alone. That instant
//   is computed anew at every step. The time left for growing to B absorbs a timer that fires late.
// - Times are the profile's, fixed for the run.
// - If the one context is lost, everything in the system is dropped by job id, and later releases are
//   rejected.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "policy/batch_queue.h"
#include "policy/policy.h"
#include "policy/setup.h"

namespace daris {

class BatchingPolicy final : public Policy {
 public:
  // Uses TimerId(0). `single`: B = 1 whatever the groups say.
  // REQUIRES: a valid setup (policy/setup_check.h) with batch groups, one slot, one stage a task.
  BatchingPolicy(const PolicySetup& setup, bool single);

  [[nodiscard]] std::span<const Decision> step(Time now, std::span<const Event> events) override;
  // The estimate of the setup, which never changes.
  [[nodiscard]] std::span<const Duration> estimates(TaskId task) const override {
    return tasks_[task.at()].stage_estimates;
  }
  [[nodiscard]] std::span<const ContextId> homes() const override { return {}; }

 private:
  void handle(const Event& event);
  void on_context_lost();
  void on_launch_failed();
  void on_stage_finished();
  void on_job_released(const JobReleased& released);

  void drop_hopeless();
  void drop_by_id(std::vector<JobId>& jobs, DropReason reason);
  // Starts a batch, or sets the timer for it. REQUIRES: idle.
  void dispatch();
  [[nodiscard]] BatchQueue* most_urgent_queue();
  // The latest instant at which `queue`'s batch may start (wait = latest).
  [[nodiscard]] Time latest_start(const BatchQueue& queue, const BatchPlan& plan) const;
  void launch(BatchQueue& queue, const BatchPlan& plan);
  void set_timer(Time at);

  bool waits_;
  std::vector<TaskSetup> tasks_;
  std::vector<BatchQueue> queues_;    // by batch group
  std::vector<JobId> running_;        // of the batch that runs; empty if idle
  std::vector<WaitingJob> hopeless_;  // scratch
  Time expected_end_;                 // of the batch that runs
  Time timer_ = Time::never();        // as set
  bool lost_ = false;
  std::vector<Decision> decisions_;
  Time now_;
};

}  // namespace daris
