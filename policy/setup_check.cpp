#include "policy/setup_check.h"

#include <algorithm>
#include <functional>
#include <string>

#include "policy/schedule_check.h"

namespace daris {
namespace {

constexpr std::int64_t kDurationEndNs = std::int64_t{1} << 40;
constexpr std::size_t kTasksMax = std::size_t{1} << 20;

Error wrong(const std::string& place, const std::string& found, const std::string& right) {
  return {place + " is " + found + "; it must be " + right};
}

Status check_duration(const std::string& place, Duration duration) {
  if (duration.ns() > 0 && duration.ns() < kDurationEndNs) return {};
  return wrong(place, std::to_string(duration.ns()) + " ns", "above 0 and below 2^40 ns");
}

Status check_shape(const PolicyInfo& policy, const PolicySetup& setup) {
  if (setup.contexts < 1) return wrong("contexts", "0", "at least 1");
  if (setup.streams < 1) return wrong("streams", "0", "at least 1");
  const std::uint64_t slots = std::uint64_t{setup.contexts} * setup.streams;
  if (slots > kSlotsMax) return wrong("contexts times streams", std::to_string(slots), "at most 1024");
  if (policy.single_slot && slots != 1)
    return wrong("contexts times streams", std::to_string(slots), "1 for policy " + std::string(policy.name));
  if (setup.tasks.size() > kTasksMax)
    return wrong("the number of tasks", std::to_string(setup.tasks.size()), "at most 2^20");
  return {};
}

Status check_level_has_context(const std::vector<std::vector<std::uint32_t>>& contexts, std::uint32_t level) {
  const auto permits = [&](const std::vector<std::uint32_t>& levels) {
    return std::binary_search(levels.begin(), levels.end(), level);
  };
  if (std::any_of(contexts.begin(), contexts.end(), permits)) return {};
  return Error{"level " + std::to_string(level) + " of the task set has no context that it may use"};
}

Status check_context_levels(const PolicyInfo& policy, const PolicySetup& setup) {
  if (setup.context_levels.empty()) return {};
  if (!policy.keeps_levels)
    return Error{"policy \"" + std::string(policy.name) +
                 "\" runs every level in every context; leave \"levels\" out"};
  if (setup.context_levels.size() != setup.contexts)
    return wrong("the number of contexts with levels", std::to_string(setup.context_levels.size()),
                 "that of contexts (" + std::to_string(setup.contexts) + ")");
  for (std::size_t c = 0; c < setup.contexts; ++c) {
    const std::vector<std::uint32_t>& levels = setup.context_levels[c];
    const bool ascends =
        std::adjacent_find(levels.begin(), levels.end(), std::greater_equal<>()) == levels.end();
    if (levels.empty() || !ascends)
      return Error{"levels of context " + std::to_string(c) + ": at least one, ascending, is needed"};
  }
  for (const std::uint32_t level : levels_of(setup))
    DARIS_TRY(check_level_has_context(setup.context_levels, level));
  return {};
}

Status check_reserve(const PolicyInfo& policy, const PolicySetup& setup) {
  const std::vector<std::uint32_t>& reserve = setup.switches.reserve;
  const auto obeyed = std::find(policy.switches.begin(), policy.switches.end(), "reserve");
  if (reserve.empty() || obeyed == policy.switches.end()) return {};
  const std::string place = "switch \"reserve\": ";
  if (!setup.context_levels.empty())
    return Error{place + "the partition says by itself which levels may use its contexts; leave one out"};
  std::uint64_t kept = 0;
  for (const std::uint32_t slots : reserve) {
    if (slots % setup.streams != 0)
      return Error{place + std::to_string(slots) + " slots are not whole contexts of " +
                   std::to_string(setup.streams) + " streams"};
    kept += slots;
  }
  const std::uint64_t slots = std::uint64_t{setup.contexts} * setup.streams;
  if (kept < slots) return {};
  return Error{place + "it keeps " + std::to_string(kept) + " of " + std::to_string(slots) +
               " slots; at least one context must be left for all levels"};
}

// A switch's value is in range if its text would be accepted.
Status check_switches(const PolicyInfo& policy, const PolicySwitches& switches) {
  if (switches.bound_ppb < 1)
    return wrong("switch \"bound\"", std::to_string(switches.bound_ppb) + " ppb", "above 0");
  PolicySwitches copy;
  Status status;
  for (auto key = policy.switches.begin(); status.ok() && key != policy.switches.end(); ++key)
    status = set_switch(copy, *key, switch_value(switches, *key));
  return status;
}

Status check_stages(const PolicyInfo& policy, const PolicySetup& setup, const std::string& place,
                    const TaskSetup& task) {
  const std::size_t count = task.stage_estimates.size();
  if (count < 1) return wrong(place + "number of stages", "0", "at least 1");
  if (count > 1 && (policy.whole_models || !setup.switches.staging))
    return wrong(place + "number of stages", std::to_string(count), "1, since whole models are run");
  for (std::size_t s = 0; s < count; ++s) {
    Status status =
        check_duration(place + "estimate of stage " + std::to_string(s + 1), task.stage_estimates[s]);
    if (!status.ok()) return status;
  }
  return {};
}

Status check_stages_of_size(const std::string& place, const BatchGroupSetup& group, const BatchTime& time) {
  const std::string of_size = " of size " + std::to_string(time.inputs);
  if (time.stages.size() != group.times.front().stages.size())
    return wrong(place + "number of stages" + of_size, std::to_string(time.stages.size()),
                 "that of the first size (" + std::to_string(group.times.front().stages.size()) + ")");
  Duration all;
  for (const Duration stage : time.stages) {
    DARIS_TRY(check_duration(place + "time of a stage" + of_size, stage));
    all += stage;
  }
  if (time.stages.empty() || all == time.execution) return {};
  return wrong(place + "time of all stages" + of_size, std::to_string(all.ns()) + " ns",
               "that of the whole model (" + std::to_string(time.execution.ns()) + " ns)");
}

Status check_batch_group(const std::string& place, const BatchGroupSetup& group) {
  if (group.times.empty()) return wrong(place + "number of profiled sizes", "0", "at least 1");
  std::uint32_t before = 0;
  for (const BatchTime& time : group.times) {
    if (time.inputs <= before)
      return wrong(place + "profiled size", std::to_string(time.inputs),
                   "above the one before it (" + std::to_string(before) + ")");
    before = time.inputs;
    Status status = check_duration(place + "time of size " + std::to_string(time.inputs), time.execution);
    if (status.ok()) status = check_stages_of_size(place, group, time);
    if (!status.ok()) return status;
  }
  const auto is_limit = [&](const BatchTime& time) { return time.inputs == group.batch_limit; };
  if (std::none_of(group.times.begin(), group.times.end(), is_limit))
    return wrong(place + "batch limit", std::to_string(group.batch_limit), "one of the profiled sizes");
  return {};
}

Status check_task(const PolicyInfo& policy, const PolicySetup& setup, std::size_t index) {
  const TaskSetup& task = setup.tasks[index];
  const std::string place = "task " + std::to_string(index) + ": ";
  Status status = check_duration(place + "period", task.period);
  if (status.ok()) status = check_duration(place + "relative deadline", task.relative_deadline);
  if (status.ok()) status = check_stages(policy, setup, place, task);
  if (!status.ok()) return status;
  if (task.inputs < 1) return wrong(place + "inputs", "0", "at least 1");
  if (!policy.batches) return {};
  if (task.batch_group >= setup.batch_groups.size())
    return wrong(place + "batch group", std::to_string(task.batch_group),
                 "below the number of groups (" + std::to_string(setup.batch_groups.size()) + ")");
  const std::uint32_t largest = setup.batch_groups[task.batch_group].times.back().inputs;
  if (task.inputs > largest)
    return wrong(place + "inputs", std::to_string(task.inputs),
                 "at most the largest profiled size (" + std::to_string(largest) + ")");
  const std::size_t stages =
      std::max<std::size_t>(1, setup.batch_groups[task.batch_group].times.front().stages.size());
  if (stages != task.stage_estimates.size())
    return wrong(place + "number of stages", std::to_string(task.stage_estimates.size()),
                 "that of its batch group (" + std::to_string(stages) + ")");
  return {};
}

}  // namespace

Status check_setup(const PolicyInfo& policy, const PolicySetup& setup) {
  Status status = check_shape(policy, setup);
  if (status.ok()) status = check_switches(policy, setup.switches);
  if (status.ok()) status = check_context_levels(policy, setup);
  if (status.ok()) status = check_reserve(policy, setup);
  const bool batches = policy.batches || policy.scripted;
  for (std::size_t g = 0; batches && status.ok() && g < setup.batch_groups.size(); ++g)
    status = check_batch_group("batch group " + std::to_string(g) + ": ", setup.batch_groups[g]);
  for (std::size_t t = 0; status.ok() && t < setup.tasks.size(); ++t) status = check_task(policy, setup, t);
  if (status.ok() && policy.scripted) status = check_schedule(setup);
  return status;
}

}  // namespace daris
