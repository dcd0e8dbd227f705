// Which jobs DARIS lets in, and when a task moves ("Admission" and "migration" in the specification).
//
// The tests, in exact integers (parts per 10^9, multiplied by Ns where the specification divides):
//   consistent   active_p + u      < Ns * bound
//   published    active_p + Ns * u < Ns * bound   (the authors' code, `active/Ns + u < 1`: the bound stands
//   where it has 1)
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/wide_integer.h"
#include "policy/context_loads.h"
#include "policy/ids.h"
#include "policy/setup.h"
#include "policy/slot_table.h"

namespace daris {

class AdmissionRule {
 public:
  explicit AdmissionRule(const PolicySetup& setup);

  // Is the task's job admitted without a test?
  [[nodiscard]] bool always_admits(TaskId task) const { return rules_[task.at()].always_admitted; }

  // Does the test hold for a job of `task` in `context`?
  [[nodiscard]] bool has_room(const ContextLoads& loads, ContextId context, TaskId task) const;

  // Where the task moves so that its job is admitted there; nothing if it may not move or would not be
  // admitted there. The one candidate is the context other than the home, and not lost, with the least
  // active_p. Level 0 never moves. REQUIRES: the job was not admitted at home.
  [[nodiscard]] std::optional<ContextId> migration_target(const ContextLoads& loads, const SlotTable& slots,
                                                          TaskId task) const;

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
