// The admission test of `daris-batched`: predicts when a job would be finished if it were admitted, and
// whether it would make admitted ones late (docs/scheduler.md, "daris-batched: the promise").
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "policy/batch_costs.h"
#include "policy/group_backlog.h"
#include "policy/switches.h"

namespace daris {

// A job that is tested.
struct PromisedJob {
  std::size_t group = 0;
  LevelRank level = 0;
  BacklogJob job;
  Time allowed;  // it must be finished by then
};

// What the test looks at.
struct PromiseView {
  Time now;
  std::span<const GroupBacklog> groups;
  std::span<const BatchCosts> costs;  // by group
  std::int64_t ahead_ppb = 0;         // the share of each slot that higher levels' releases will take
};

// Threads: one caller at a time. Allocates only if more jobs wait than ever before.
class BatchPromise {
 public:
  explicit BatchPromise(const PolicySwitches& switches)
      : by_list_(switches.prediction == Prediction::kList), guard_(switches.guard), ahead_(switches.ahead) {}

  // When each slot that may run the job is free again, from now on. The caller fills it before each test.
  // REQUIRES of the caller: at least one slot.
  [[nodiscard]] std::vector<Duration>& free_after() { return free_after_; }

  [[nodiscard]] bool keeps(const PromiseView& view, const PromisedJob& job);

 private:
  // Jobs that are expected to run as one batch.
  struct Chunk {
    LevelRank level = 0;  // of its first job, which gives the order
    BacklogJob first;
    std::size_t group = 0;
    std::size_t size = 0;
    Time due = Time::never();  // the earliest deadline of its jobs at the tested level
    bool has_tested = false;
  };
  struct Outcome {
    Time finish = Time::never();  // of the tested job
    std::uint32_t late_chunks = 0;
  };

  // `tested` null: without the job.
  [[nodiscard]] Outcome predict(const PromiseView& view, LevelRank level, const PromisedJob* tested);
  void cut(const PromiseView& view, std::size_t group, LevelRank level, const PromisedJob* tested);
  [[nodiscard]] Duration start_of(const Chunk& chunk, const PromiseView& view);
  [[nodiscard]] Duration work_ahead(const PromiseView& view, Time due, Duration takes) const;

  bool by_list_;
  bool guard_;
  Ahead ahead_;
  std::vector<Duration> free_after_;
  std::vector<Duration> free_;  // while chunks are placed
  Duration placed_;             // by work: all chunks placed so far
  std::vector<Chunk> chunks_;
};

}  // namespace daris
