#include "policy/registry.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <vector>

#include "base/nearest_name.h"
#include "policy/batching_policy.h"
#include "policy/daris_batched_policy.h"
#include "policy/daris_policy.h"
#include "policy/instances_policy.h"
#include "policy/level_contexts.h"
#include "policy/scripted_policy.h"
#include "policy/setup_check.h"
#include "policy/shared_queue_policy.h"
#include "policy/symphony_policy.h"

namespace daris {
namespace {

constexpr std::array<std::string_view, 11> kDarisSwitches{
    "staging",   "last_class", "late_class",       "fixed_priority", "estimator", "window",
    "migration", "admission",  "admission_level0", "bound",          "reserve"};
constexpr std::array<std::string_view, 21> kDarisBatchedSwitches{
    "staging",     "estimator",     "window",  "bound",      "binding", "join",  "order",
    "full_first",  "size",          "promise", "prediction", "ahead",   "learn", "overdue",
    "cheap_first", "short_batches", "surplus", "spread",     "guard",   "drop",  "reserve"};
constexpr std::array<SwitchDefault, 3> kDarisBatchedDefaults{
    {{"staging", "off"}, {"window", "10"}, {"bound", "0.9"}}};
constexpr std::array<std::string_view, 1> kSharedQueueSwitches{"shed"};
constexpr std::array<std::string_view, 2> kStaticSwitches{"fixed_priority", "shed"};
constexpr std::array<std::string_view, 1> kBatchingSwitches{"wait"};
constexpr std::array<std::string_view, 2> kInstancesSwitches{"instances", "queue_delay"};
// A launch costs the same however many jobs it has, so it waits for more as long as it can.
constexpr std::array<SwitchDefault, 1> kMergedDefaults{{{"queue_delay", "1000000"}}};
constexpr std::array<std::string_view, 2> kSymphonySwitches{"estimator", "window"};
constexpr std::array<std::string_view, 2> kScriptedSwitches{"staging", "pace"};

// A row of the table, and how its policy is made. The setup was checked and holds only switches that the
// policy obeys.
struct Row {
  PolicyInfo info;
  std::unique_ptr<Policy> (*make)(const PolicySetup&);
};

std::unique_ptr<Policy> make_daris(const PolicySetup& setup) { return std::make_unique<DarisPolicy>(setup); }

std::unique_ptr<Policy> make_daris_batched(const PolicySetup& setup) {
  return std::make_unique<DarisBatchedPolicy>(setup);
}

std::unique_ptr<Policy> make_static(const PolicySetup& setup) {
  PolicySetup pinned = setup;
  pinned.switches.admission = Admission::kNone;
  pinned.switches.migration = false;
  return std::make_unique<DarisPolicy>(pinned);
}

template <SharedQueueOrder kOrder>
std::unique_ptr<Policy> make_shared_queue(const PolicySetup& setup) {
  return std::make_unique<SharedQueuePolicy>(setup, kOrder);
}

template <bool kSingle>
std::unique_ptr<Policy> make_batching(const PolicySetup& setup) {
  return std::make_unique<BatchingPolicy>(setup, kSingle);
}

template <typename BatchPolicy>
std::unique_ptr<Policy> make_batch_slots(const PolicySetup& setup) {
  return std::make_unique<BatchPolicy>(setup);
}

std::unique_ptr<Policy> make_merged(const PolicySetup& setup) {
  return std::make_unique<InstancesPolicy>(setup, BatchOf::kOneJobATask);
}

std::unique_ptr<Policy> make_scripted(const PolicySetup& setup) {
  return std::make_unique<ScriptedPolicy>(setup);
}

const std::array<Row, 11> kRows{{
    {{.name = "daris",
      .summary = "stages ordered by level, class and virtual deadline in each context; admission and "
                 "migration by utilization",
      .keeps_levels = true,
      .switches = kDarisSwitches},
     make_daris},
    {{.name = "daris-batched",
      .summary = "batches of waiting jobs in every context; admits what it predicts to be in time",
      .batches = true,
      .sizes_batches = true,
      .keeps_levels = true,
      .switches = kDarisBatchedSwitches,
      .defaults = kDarisBatchedDefaults},
     make_daris_batched},
    {{.name = "fifo",
      .summary = "whole models, one queue by release over all slots, least loaded context first",
      .whole_models = true,
      .switches = kSharedQueueSwitches},
     make_shared_queue<SharedQueueOrder::kRelease>},
    {{.name = "edf",
      .summary = "whole models, one queue by deadline over all slots, least loaded context first",
      .whole_models = true,
      .switches = kSharedQueueSwitches},
     make_shared_queue<SharedQueueOrder::kDeadline>},
    {{.name = "static",
      .summary = "whole models in DARIS's order, tasks pinned to contexts that share no SM, all admitted",
      .whole_models = true,
      .isolated = true,
      .keeps_levels = true,
      .switches = kStaticSwitches},
     make_static},
    {{.name = "batching",
      .summary = "one batch at a time on the whole GPU, a queue per weights and precision",
      .whole_models = true,
      .single_slot = true,
      .batches = true,
      .switches = kBatchingSwitches},
     make_batching<false>},
    {{.name = "clockwork",
      .summary = "batching with one job at a time",
      .whole_models = true,
      .single_slot = true,
      .batches = true,
      .single_jobs = true,
      .switches = {}},
     make_batching<true>},
    {{.name = "instances",
      .summary = "instances of each model in shared slots: dynamic batching with queue delay and time-outs",
      .whole_models = true,
      .batches = true,
      .switches = kInstancesSwitches},
     make_batch_slots<InstancesPolicy>},
    {{.name = "merged",
      .summary = "networks with weights of their own, merged 8, 16 or 32 at a time into one launch",
      .whole_models = true,
      .batches = true,
      .merges = true,
      .switches = kInstancesSwitches,
      .defaults = kMergedDefaults},
     make_merged},
    {{.name = "symphony",
      .summary = "batches held back until one more job would not fit, over all slots; no levels",
      .whole_models = true,
      .batches = true,
      .switches = kSymphonySwitches},
     make_batch_slots<SymphonyPolicy>},
    {{.name = "scripted",
      .summary =
          "the schedule of a log again: its admissions, slots, and order within each slot (--schedule)",
      .keeps_levels = true,
      .scripted = true,
      .switches = kScriptedSwitches},
     make_scripted},
}};

const Row* find_row(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.info.name == name) return &row;
  }
  return nullptr;
}

FindForeignPolicy find_foreign = [](std::string_view) -> const ForeignPolicy* { return nullptr; };

Error unknown_policy(std::string_view name) {
  const auto name_of = [](const Row& row) { return row.info.name; };
  return {"unknown policy \"" + std::string(name) + "\"; " + did_you_mean(name, kRows, name_of)};
}

}  // namespace

std::span<const PolicyInfo> policy_table() {
  static const std::vector<PolicyInfo> table = [] {
    std::vector<PolicyInfo> infos;
    infos.reserve(std::size(kRows));
    for (const Row& row : kRows) infos.push_back(row.info);
    return infos;
  }();
  return table;
}

void know_foreign_policies(FindForeignPolicy find) { find_foreign = find; }

const PolicyInfo* find_policy(std::string_view name) {
  for (const PolicyInfo& policy : policy_table()) {
    if (policy.name == name) return &policy;
  }
  const ForeignPolicy* const foreign = find_foreign(name);
  return foreign == nullptr ? nullptr : &foreign->info;
}

PolicySwitches default_switches(const PolicyInfo& policy) {
  PolicySwitches switches;
  for (const SwitchDefault& own : policy.defaults) {
    const Status status = set_switch(switches, own.key, own.value);
    DARIS_CHECK(status.ok());
  }
  return switches;
}

bool is_named(const SwitchInfo& info, const PolicyInfo& policy, const PolicySwitches& switches) {
  if (info.always_named) return true;
  if (std::find(policy.switches.begin(), policy.switches.end(), info.key) == policy.switches.end())
    return false;
  return !info.named_if_changed || find_row(policy.name) == nullptr ||
         switch_value(switches, info.key) != switch_value(default_switches(policy), info.key);
}

PolicySetup own_setup(const PolicyInfo& policy, const PolicySetup& setup) {
  PolicySetup own = setup;
  own.switches = PolicySwitches();
  for (const std::string_view key : policy.switches) {
    const Status status = set_switch(own.switches, key, switch_value(setup.switches, key));
    DARIS_CHECK(status.ok());
  }
  own.context_levels = settled_context_levels(own);
  return own;
}

Result<std::unique_ptr<Policy>> make_policy(std::string_view name, const PolicySetup& setup) {
  const Row* const row = find_row(name);
  const ForeignPolicy* const foreign = row == nullptr ? find_foreign(name) : nullptr;
  if (row == nullptr && foreign == nullptr) return unknown_policy(name);
  const PolicyInfo& info = row == nullptr ? foreign->info : row->info;
  DARIS_TRY(check_setup(info, setup));
  const PolicySetup own = own_setup(info, setup);
  if (row == nullptr) return foreign->make(own);
  return row->make(own);
}

}  // namespace daris
