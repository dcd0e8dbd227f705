// Decides which jobs DARIS admits, and when a task changes its context (docs/scheduler.md, "Release").
//
// The two tests, in exact integers: parts per 10^9, multiplied by Ns instead of divided by it.
//   consistent   active_p + u      < Ns * bound
//   published    active_p + Ns * u < Ns * bound
// `published` is the test of the authors' code, `active / Ns + u < 1`, with the bound in place of the 1.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/wide_integer.h"
#include "policy/context_loads.h"
#include "policy/ids.h"
#include "policy/level_contexts.h"
#include "policy/setup.h"
#include "policy/slot_table.h"

namespace daris {

class AdmissionRule {
 public:
  explicit AdmissionRule(const PolicySetup& setup);

  // Tells whether each job of the task is admitted without a test.
  [[nodiscard]] bool always_admits(TaskId task) const { return rules_[task.at()].always_admitted; }

  // Tells whether the test holds for a job of `task` in `context`.
  [[nodiscard]] bool has_room(const ContextLoads& loads, ContextId context, TaskId task) const;

  // The context to which the task moves, so that its job is admitted there. Returns nullopt if the task may
  // not move, or if the job would not be admitted there either. The one candidate is the context with the
  // least active_p of those that are not lost, not the home, and that its level may use. Level 0 never
  // moves. REQUIRES: the job was not admitted at home.
  [[nodiscard]] std::optional<ContextId> migration_target(const ContextLoads& loads, const SlotTable& slots,
                                                          const LevelContexts& levels, TaskId task) const;

 private:
  struct TaskRule {
    bool always_admitted = false;
    bool may_migrate = false;
  };
  std::vector<TaskRule> rules_;  // by task
  std::int64_t weight_of_new_;   // what u is multiplied by
  WideInteger limit_;            // Ns * bound
};

}  // namespace daris
