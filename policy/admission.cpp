#include "policy/admission.h"

namespace daris {

AdmissionRule::AdmissionRule(const PolicySetup& setup)
    : weight_of_new_(setup.switches.admission == Admission::kPublished ? setup.streams : 1),
      limit_(WideInteger{setup.streams} * setup.switches.bound_ppb) {
  const PolicySwitches& switches = setup.switches;
  for (const TaskSetup& task : setup.tasks) {
    const bool tested = task.level > 0 || switches.admission_level0;
    rules_.push_back(
        {!tested || switches.admission == Admission::kNone, switches.migration && task.level > 0});
  }
}

bool AdmissionRule::has_room(const ContextLoads& loads, ContextId context, TaskId task) const {
  return loads.active(context, task) + weight_of_new_ * loads.utilization(task) < limit_;
}

std::optional<ContextId> AdmissionRule::migration_target(const ContextLoads& loads, const SlotTable& slots,
                                                         const LevelContexts& levels, TaskId task) const {
  if (!rules_[task.at()].may_migrate) return std::nullopt;
  const ContextId home = loads.homes()[task.at()];
  std::optional<ContextId> candidate;
  WideInteger least_active = 0;
  for (std::uint32_t c = 0; c < slots.contexts(); ++c) {
    const ContextId context(c);
    if (context == home || slots.is_lost(context)) continue;
    if (!levels.permits(context, loads.level_rank(task))) continue;
    const WideInteger active = loads.active(context, task);
    if (candidate && active >= least_active) continue;
    candidate = context;
    least_active = active;
  }
  if (!candidate || !has_room(loads, *candidate, task)) return std::nullopt;
  if (loads.total(*candidate) >= loads.total(home) - loads.utilization(task)) return std::nullopt;
  return candidate;
}

}  // namespace daris
