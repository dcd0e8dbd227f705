// Everything that a simulated point needs, made from its configuration: capacities, the scaled task set, the
// partition, the model of the GPU, the estimates, what the policy is told.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analysis/report/report.h"
#include "analysis/report/run_description.h"
#include "base/result.h"
#include "experiment/capacity.h"
#include "experiment/inputs.h"
#include "experiment/settled_config.h"
#include "policy/setup.h"
#include "profiles/partition.h"
#include "sim/gpu_model.h"
#include "sim/gpu_model_builder.h"
#include "sim/simulate.h"
#include "workloads/workload.h"

namespace daris {

// The files of one configuration.
struct ScenarioInputs {
  WorkloadInput workload;
  std::shared_ptr<const ProfileInput> profile;
  std::shared_ptr<const ContentionInput> contention;
  std::shared_ptr<const PowerInput> power;  // null: no energy is predicted
  // A bundled profile with times of all networks that run, if `profile` lacks some; else empty.
  std::string fuller_profile;
};

// Reads the files that `config` names, and the default ones for those that it does not name; writes their
// names into it. Errors: of the input.
[[nodiscard]] Result<ScenarioInputs> read_scenario_inputs(Inputs& known, SettledConfig& config);

struct Scenario {
  SettledConfig config;
  Workload workload;
  std::vector<ContextGrant> grants;
  GpuModel gpu;
  HostLatencies latencies;
  PolicySetup setup;
  std::shared_ptr<const RecordedSchedule> recorded;  // only for policy `scripted`
  std::shared_ptr<const InjectionInput> injection;   // null if nothing is disturbed; `setup` does not know it
  RunDescription description;
  PointDescription point;  // all but the limits of batches
};

// The GPU of `profile` as `config` confines it: on green whole groups of SMs only.
// Errors: more SMs than there are, fewer than one group.
[[nodiscard]] Result<MachineShape> confined_machine(const Profile& profile, const SettledConfig& config);

// What the load of each group of `set` is counted against: the capacities that `config` has, or else those of
// the profile. REQUIRES: `inputs` outlive `known`. Errors: those of group_capacities(); as many capacities as
// groups are needed.
[[nodiscard]] Result<std::vector<Capacity>> capacities_of(const SettledConfig& config, const TaskSet& set,
                                                          const ScenarioInputs& inputs,
                                                          const MachineShape& machine, CapacityCache& known);

// The SMs of each context. Errors: those of make_partition() or, if a file lists the contexts, those of
// make_listed_partition() and check_isolated().
[[nodiscard]] Result<std::vector<ContextGrant>> contexts_of(const MachineShape& machine,
                                                            const SettledConfig& config);

// The levels that may use each context, as policy/setup.h has them.
[[nodiscard]] std::vector<std::vector<std::uint32_t>> context_levels_of(const SettledConfig& config,
                                                                        const TaskSet& set);

// The request for the point's GPU model. REQUIRES: all arguments outlive it.
[[nodiscard]] GpuModelRequest gpu_request(const SettledConfig& config, const ScenarioInputs& inputs,
                                          const MachineShape& machine, std::vector<ContextGrant> grants,
                                          const Workload& workload);

// REQUIRES: `inputs` outlive `capacities`. Errors: of the input.
[[nodiscard]] Result<Scenario> make_scenario(const SettledConfig& config, const std::string& id,
                                             const ScenarioInputs& inputs, CapacityCache& capacities);

}  // namespace daris
