// The order in which waiting jobs and begun batches get free slots (docs/scheduler.md, "daris-batched: the
// order").
//
// Most jobs go by deadline, whatever their level: the promises have made room for all of them. A job that
// can't wait for the next slot must go now, and of these the most urgent level goes first.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "policy/batch_costs.h"
#include "policy/begun_batches.h"
#include "policy/group_backlog.h"
#include "policy/switches.h"

namespace daris {

// Ranks are compared part by part, and the least goes first.
struct BatchRank {
  bool can_wait = false;
  LevelRank level = 0;     // 0 if it can wait
  std::uint32_t kind = 0;  // begun, full or other
  BacklogJob first;
  friend auto operator<=>(const BatchRank&, const BatchRank&) = default;
};

// Threads: one caller at a time. Allocates in the constructor only.
class BatchUrgency {
 public:
  BatchUrgency(std::size_t levels, const PolicySwitches& switches);

  // What is looked at when a slot is given out. The spans are by level, and live until the next look().
  struct View {
    Time now;
    std::span<const Duration> next_free;      // after what time another slot for it is free, besides this one
    const std::vector<bool>* open = nullptr;  // a slot for it is free now
    // The first level is level 0, and is given the time that a batch will hardly exceed.
    bool level0_is_certain = false;
  };
  void look(const View& view) { view_ = view; }

  // Tells whether a job waits for whose level a slot is free.
  [[nodiscard]] bool has_open_job(const GroupBacklog& group) const;

  // Returns, by level, the deadlines before which jobs of the group must go now. They live until the next
  // call.
  [[nodiscard]] std::span<const Time> must_go_before(const BatchCosts& costs);
  // Returns the level whose first job leads the group's next batch. REQUIRES: has_open_job().
  [[nodiscard]] LevelRank leading_level(const GroupBacklog& group, const BatchCosts& costs) const;

  // REQUIRES: has_open_job().
  [[nodiscard]] BatchRank rank_of(const GroupBacklog& group, const BatchCosts& costs) const;
  [[nodiscard]] BatchRank rank_of(const BegunBatch& batch, const BatchCosts& costs) const;

 private:
  [[nodiscard]] Time must_go_before(LevelRank level, const BatchCosts& costs) const;
  [[nodiscard]] bool is_open(const GroupBacklog& group, LevelRank level) const {
    return (*view_.open)[level] && !group.level(level).empty();
  }
  [[nodiscard]] BatchRank ranked(bool must_go, LevelRank level, std::uint32_t kind,
                                 const BacklogJob& first) const;

  bool by_level_;
  bool full_first_;
  View view_;
  std::vector<Time> must_go_before_;
};

}  // namespace daris
