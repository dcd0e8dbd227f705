// Which levels may use which contexts, and how many slots that leaves to each level (docs/scheduler.md,
// "Levels of a context").
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "policy/group_backlog.h"
#include "policy/ids.h"
#include "policy/level_flows.h"
#include "policy/setup.h"

namespace daris {

// The levels that may use each context, as the set-up lists them or as switch `reserve` has it; empty if
// every level may use all contexts. REQUIRES: a valid setup (policy/setup_check.h).
[[nodiscard]] std::vector<std::vector<std::uint32_t>> settled_context_levels(const PolicySetup& setup);

// Levels are ranks among those that tasks have. Contexts of the same levels form one kind. Threads: one
// caller at a time. Allocates in the constructor only.
class LevelContexts {
 public:
  explicit LevelContexts(const PolicySetup& setup);

  [[nodiscard]] std::size_t levels() const { return levels_; }
  [[nodiscard]] bool permits(ContextId context, LevelRank level) const {
    return kinds_[kind_of_[context.at()]].permits[level];
  }
  // By level: whether it may use the context.
  [[nodiscard]] const std::vector<bool>& of(ContextId context) const {
    return kinds_[kind_of_[context.at()]].permits;
  }
  // How many levels may use the context.
  [[nodiscard]] std::uint32_t count(ContextId context) const { return kinds_[kind_of_[context.at()]].count; }

  // The slots of the contexts that are not lost and that the level may use.
  [[nodiscard]] std::uint32_t slots_left(LevelRank level) const;
  // Tells whether both levels may use the same contexts, lost or not.
  [[nodiscard]] bool are_alike(LevelRank a, LevelRank b) const { return alike_[a] == alike_[b]; }
  // Tells whether a context that is left permits both levels.
  [[nodiscard]] bool meet(LevelRank a, LevelRank b) const;
  // The work of the levels above `level` that its slots must make room for, in parts per 10^9 of a slot. What
  // those levels can do in slots of their own is taken off.
  [[nodiscard]] std::int64_t work_above(const LevelFlows& flows, LevelRank level) const;

  // REQUIRES: it was not lost before.
  void lose(ContextId context);

 private:
  struct Kind {
    std::vector<bool> permits;  // by level
    std::uint32_t count = 0;    // of the levels
    std::uint32_t slots_left = 0;
  };
  // The first level that may use the same contexts; it may be `level` itself.
  [[nodiscard]] LevelRank first_alike(LevelRank level) const;

  std::size_t levels_;
  std::uint32_t streams_;
  std::vector<Kind> kinds_;
  std::vector<std::size_t> kind_of_;  // by context
  std::vector<LevelRank> alike_;      // by level: the first level that may use the same contexts
};

}  // namespace daris
