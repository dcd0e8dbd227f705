// The waiting jobs of one batch group, and the batch that they would make now.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/sorted_vector.h"
#include "base/time.h"
#include "policy/ids.h"
#include "policy/ready_queue.h"
#include "policy/setup.h"

namespace daris {

// `urgency` orders by level, a time of the policy's choice (deadline or release), job id.
struct WaitingJob {
  ReadyKey urgency;
  JobId id;
  std::uint32_t inputs = 1;
  Time deadline;
  friend bool operator<(const WaitingJob& a, const WaitingJob& b) { return a.urgency < b.urgency; }
};

// The batch that must end in time if it starts at a job's last start.
enum class LastStart {
  kSmallestBatch,  // the smallest profiled one that holds the job
  kFullBatch,      // one of B, or a larger one if the job needs it
};

// Which jobs of a group one batch may hold.
enum class BatchOf {
  kAnyJobs,
  kOneJobATask,  // each task has a place of its own in every batch
};

// The best batch of a queue at an instant (docs/scheduler.md, "The best batch").
//
// Every profiled size up to B is tried. Each takes jobs by urgency if they would end in time in a batch of
// that size, until one does not fit. The size whose batch brings most inputs of the highest level wins, then
// of the next level, and so on; of equals the smallest. So a batch never makes its jobs late, and a batch
// that is too long for level 0 sheds the lowest levels. If no job is pressed for time, that is "up to B
// inputs of the most urgent jobs, rounded up to a profiled size". The most urgent job always goes. If it
// brings more inputs than B, it goes alone, in the smallest size that holds it.
//
// A size may win by a job that it takes instead of one that it passes over. So in the end the plan gets the
// smallest size that holds its jobs and keeps them in time.
struct BatchPlan {
  std::uint32_t size = 0;               // inputs that the launch computes
  Duration execution;                   // of that size
  std::uint32_t inputs = 0;             // that the jobs bring
  bool full = false;                    // no later job could still join it
  Time first_deadline = Time::never();  // the earliest of its jobs
  std::vector<std::uint32_t> picks;     // places of its jobs in the queue, ascending
};

// Allocates only if the queue or a batch grows beyond its largest size so far.
class BatchQueue {
 public:
  // REQUIRES: a group as policy/setup_check.h wants it.
  BatchQueue(const BatchGroupSetup& setup, std::uint32_t batch_limit,
             LastStart last_start = LastStart::kSmallestBatch, BatchOf batch_of = BatchOf::kAnyJobs);

  // Sets the time of a size. `size` is an index into the group's times.
  void set_time(std::size_t size, Duration time) { times_[size].execution = time; }

  [[nodiscard]] bool empty() const { return waiting_.empty(); }
  // The most urgent job. REQUIRES: !empty().
  [[nodiscard]] const WaitingJob& head() const { return waiting_.values().front(); }
  void add(const WaitingJob& job);

  // Time of the smallest profiled batch that holds `inputs`.
  [[nodiscard]] Duration time_for(std::uint32_t inputs) const { return rounded_up(inputs).execution; }
  // The longest time of the sizes up to B. REQUIRES: there is one.
  [[nodiscard]] Duration longest_time() const;
  // Time of the profiled size above `size`, or of the largest if there is none.
  [[nodiscard]] Duration time_above(std::uint32_t size) const;
  // A job that has not started by then can't be in time any more.
  [[nodiscard]] Time last_start(const WaitingJob& job) const {
    return job.deadline - time_before_deadline(job.inputs);
  }
  // The earliest of the waiting jobs. REQUIRES: !empty().
  [[nodiscard]] Time earliest_last_start() const;
  [[nodiscard]] std::int64_t earliest_time_ns() const;  // of their urgencies

  // The best batch at `now`. It lives until the queue changes. REQUIRES: !empty(), and the head would end in
  // time if it started alone now.
  [[nodiscard]] const BatchPlan& plan(Time now);
  // The first jobs in order that B holds, whether they would be in time or not, in the smallest size that
  // holds them. A first job that is larger than B goes alone. REQUIRES: !empty().
  [[nodiscard]] const BatchPlan& first_jobs();
  // The batch with most inputs, whatever their levels, whether the head is in it or not; of equals the
  // smallest size. It is full too if it leaves out the head. REQUIRES: as plan().
  [[nodiscard]] const BatchPlan& candidate(Time now);
  // Takes the plan's jobs out and appends their ids to `jobs`.
  void take(const BatchPlan& plan, std::vector<JobId>& jobs);
  // Takes out the jobs that are past their last start, and appends them to `jobs`.
  void take_hopeless(Time now, std::vector<WaitingJob>& jobs);
  // Takes all jobs out and appends their ids to `jobs`.
  void take_all(std::vector<JobId>& jobs);

 private:
  // A waiting job in the order of deadlines, whatever the queue's own.
  struct ByDeadline {
    WaitingJob job;
    friend bool operator<(const ByDeadline& a, const ByDeadline& b) {
      return a.job.deadline != b.job.deadline ? a.job.deadline < b.job.deadline : a.job < b.job;
    }
  };
  struct LevelInputs {
    std::uint64_t level;
    std::uint32_t inputs;
  };
  // A plan with what it is compared by.
  struct Candidate {
    BatchPlan plan;
    std::vector<LevelInputs> by_level;  // ascending levels
  };
  [[nodiscard]] const BatchTime& rounded_up(std::uint32_t inputs) const;
  // How long before its deadline a job's last start is.
  [[nodiscard]] Duration time_before_deadline(std::uint32_t inputs) const {
    return time_for(last_start_ == LastStart::kFullBatch ? std::max(inputs, batch_limit_) : inputs);
  }
  [[nodiscard]] Duration longest_before_deadline() const;
  // Takes out the jobs at places_ of waiting_ and by_deadline_places_ of by_deadline_.
  void take_places();
  static void clear(const BatchTime& size, Candidate& candidate);
  // Plans a batch of `size` into `candidate`. Returns false if the head can't be in it.
  [[nodiscard]] bool fill(Time now, const BatchTime& size, Candidate& candidate) const;
  // Tells whether a job of the same task is in the batch, and the batch may have only one.
  [[nodiscard]] bool has_task(const Candidate& candidate, TaskId task) const;
  static void pick(const WaitingJob& job, std::uint32_t place, Candidate& candidate);
  // Gives `plan` the smallest size that holds its jobs and keeps them in time.
  void shrink(Time now, BatchPlan& plan) const;
  [[nodiscard]] static bool brings_more(const Candidate& a, const Candidate& b);

  std::vector<BatchTime> times_;  // by ascending size
  std::uint32_t batch_limit_;     // B
  LastStart last_start_;
  BatchOf batch_of_;
  SortedVector<WaitingJob> waiting_;               // by urgency
  SortedVector<ByDeadline> by_deadline_;           // the same jobs
  std::vector<std::uint32_t> inputs_seen_;         // that jobs brought, each once
  std::vector<std::uint32_t> places_;              // scratch
  std::vector<std::uint32_t> by_deadline_places_;  // scratch
  Candidate best_;
  Candidate other_;
};

}  // namespace daris
