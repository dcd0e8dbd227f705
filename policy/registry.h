// The one table of policies, for the command line, the sweep and the documentation. Behind it stand policies
// that came from elsewhere.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "policy/setup.h"
#include "policy/switches.h"

namespace daris {

class Policy;

struct SwitchDefault {
  std::string_view key;
  std::string_view value;
};

// Tells what a policy settles by itself. A configuration is normalised by it before it gets its id. So points
// that differ only in what the policy overrules are one point.
struct PolicyInfo {
  std::string_view name = {};
  std::string_view summary = {};
  bool whole_models = false;   // each job is one stage
  bool single_slot = false;    // Nc = Ns = OS = 1
  bool isolated = false;       // OS = 1
  bool batches = false;        // needs PolicySetup::batch_groups
  bool single_jobs = false;    // each batch is of one job: B is 1
  bool sizes_batches = false;  // it chooses sizes itself: B is the largest size if none is given
  bool merges = false;         // each batch group is a merged network (workloads/merging.h); needs .batches
  bool keeps_levels = false;   // obeys PolicySetup::context_levels, or a schedule that was made so
  bool scripted = false;       // needs PolicySetup::schedule, which fixes Nc, Ns, stages and batches
  std::span<const std::string_view> switches = {};  // keys of policy/switches.h that it obeys
  // Values of some of these that differ from those of a fresh PolicySwitches.
  std::span<const SwitchDefault> defaults = {};
};
[[nodiscard]] std::span<const PolicyInfo> policy_table();

// A policy that the table does not have. Its `info.name` is what it is called by.
struct ForeignPolicy {
  PolicyInfo info;
  // Makes one from a setup that was checked and has only switches that the policy obeys. Threads: any.
  std::function<Result<std::unique_ptr<Policy>>(const PolicySetup&)> make;
};
// Returns null if there is none of that name, else what lives as long as the program. Threads: any.
using FindForeignPolicy = const ForeignPolicy* (*)(std::string_view name);

// From now on all that is below asks `find` for names that the table does not have. REQUIRES: no other thread
// runs; it is called once.
void know_foreign_policies(FindForeignPolicy find);

// Returns null if no policy has that name.
[[nodiscard]] const PolicyInfo* find_policy(std::string_view name);

// The switches of a configuration that names none.
[[nodiscard]] PolicySwitches default_switches(const PolicyInfo& policy);

// Tells whether documents of the policy's runs name the switch. Those that version 0.1.0 knew are always
// named, so that ids stay what they were. So are all that a foreign policy obeys.
[[nodiscard]] bool is_named(const SwitchInfo& info, const PolicyInfo& policy, const PolicySwitches& switches);

// What make_policy() tells a policy: the setup with every switch that it does not obey at its default, so
// that such a switch decides nothing. What switch `reserve` keeps is told as levels of contexts. REQUIRES:
// the setup was checked.
[[nodiscard]] PolicySetup own_setup(const PolicyInfo& policy, const PolicySetup& setup);

// Errors: an unknown name (the nearest known one is named), or a setup that the policy can't serve.
[[nodiscard]] Result<std::unique_ptr<Policy>> make_policy(std::string_view name, const PolicySetup& setup);

}  // namespace daris
