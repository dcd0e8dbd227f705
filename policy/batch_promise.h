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
#include "policy/level_contexts.h"
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
  const LevelContexts* levels = nullptr;
  std::int64_t ahead_ppb = 0;  // the share of each slot that higher levels' releases will take
  std::int64_t doubt_ppb = 0;  // how far to go from what a batch will take to what it will hardly exceed
};

// Threads: one caller at a time. Allocates only if more jobs wait than ever before.
class BatchPromise {
 public:
  explicit BatchPromise(const PolicySwitches& switches)
      : by_list_(switches.prediction == Prediction::kList), guard_(switches.guard), ahead_(switches.ahead) {}

  // A slot, and when it is free again from now on.
  struct SlotFree {
    Duration after;
    ContextId context;
  };
  // All slots, context by context. The caller fills it before each test. REQUIRES of the caller: each level
  // that has a job may use one of them.
  [[nodiscard]] std::vector<SlotFree>& free_slots() { return free_slots_; }

  [[nodiscard]] bool keeps(const PromiseView& view, const PromisedJob& job);
  // True if a batch of the job's group would end too late behind what waits of its level. What runs does not
  // count, since lower levels may have started it.
  [[nodiscard]] bool is_crowded(const PromiseView& view, const PromisedJob& job);

 private:
  class Cutter;
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
  [[nodiscard]] Duration place(const Chunk& chunk, const PromiseView& view);
  [[nodiscard]] Duration start_by_list(const Chunk& chunk, const PromiseView& view);
  [[nodiscard]] Duration start_by_work(const Chunk& chunk, const PromiseView& view) const;
  [[nodiscard]] Duration work_ahead(const PromiseView& view, Time due, Duration takes) const;

  bool by_list_;
  bool guard_;
  Ahead ahead_;
  std::vector<SlotFree> free_slots_;
  std::vector<SlotFree> free_;    // while chunks are placed
  std::vector<Duration> placed_;  // by work, by level: all chunks placed so far
  std::vector<Chunk> chunks_;
};

}  // namespace daris
