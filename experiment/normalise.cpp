#include "experiment/normalise.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/report/precision.h"
#include "base/number_text.h"
#include "experiment/run_options.h"
#include "plugin/loader.h"
#include "policy/registry.h"
#include "policy/setup.h"

namespace daris {
namespace {

// Tells whether tasks and releases are those of a log.
bool is_logged(const RunConfig& config) { return !config.releases.empty() || !config.schedule.empty(); }

bool is_unpartitioned(Backend backend) { return backend == Backend::kStreams || backend == Backend::kCpu; }

std::uint32_t settled_oversubscription_milli(const RunConfig& config, const PolicyInfo& policy,
                                             std::uint32_t contexts) {
  const std::uint32_t every_context = 1000 * contexts;
  if (is_unpartitioned(config.backend)) return every_context;
  if (policy.isolated) return 1000;
  if (config.oversubscribed_by_contexts) return every_context;
  return std::min(config.oversubscription_milli.value_or(kDefaultOversubscriptionMilli), every_context);
}

// A value other than the default was given, whoever set it.
bool is_given_switch(const RunConfig& config, std::string_view key) {
  const std::vector<std::string_view>& given = config.given_switches;
  return std::find(given.begin(), given.end(), key) != given.end() ||
         switch_value(config.switches, key) != switch_value(PolicySwitches(), key);
}

// Switches that the policy does not obey stay at their defaults. Those that were not given have the policy's.
PolicySwitches obeyed_switches(const RunConfig& config, const PolicyInfo& policy) {
  PolicySwitches obeyed = default_switches(policy);
  for (const std::string_view key : policy.switches) {
    if (!is_given_switch(config, key)) continue;
    const Status kept = set_switch(obeyed, key, switch_value(config.switches, key));
    DARIS_CHECK(kept.ok());
  }
  return obeyed;
}

Scaling settled_scaling(const RunConfig& config) {
  Scaling scaling;
  if (!is_logged(config)) scaling = config.scaling;  // else the log says which tasks there are
  scaling.deadline_ratio = config.scaling.deadline_ratio;
  if (!scaling.load) scaling.load_by = LoadBy::kCount;
  return scaling;
}

std::vector<std::string> overruled_by_log(const RunConfig& config) {
  std::vector<std::string> keys;
  if (!is_logged(config)) return keys;
  if (config.scaling.load) keys.emplace_back("load");
  if (config.scaling.load_by != LoadBy::kCount) keys.emplace_back("load_by");
  if (config.scaling.priority_mix) keys.emplace_back("priority_mix");
  return keys;
}

// What only a machine reads. The closed loop of a saturation runs single jobs, which merged networks don't.
void settle_machine(const RunConfig& config, const PolicyInfo& policy, SettledConfig& settled) {
  settled.copies = config.copies;
  settled.saturation = config.saturation && !policy.merges;
  settled.realtime = config.realtime;
  settled.device = config.device;
}

void settle_precision(const RunConfig& config, SettledConfig& settled) {
  if (!config.precision) return;
  settled.precision = config.precision;
  settled.precision_of = config.precision_of.empty() ? "on_time_jobs_per_s" : config.precision_of;
  settled.replications_max = config.replications_max;
  settled.replications = std::max(config.replications, kPrecisionReplicationsMin);
}

SettledConfig settle(const RunConfig& config, const PolicyInfo& policy, World world) {
  SettledConfig settled;
  settled.task_set = config.task_set;
  settled.scaling = settled_scaling(config);
  settled.policy = config.policy;
  settled.switches = obeyed_switches(config, policy);
  if (policy.batches && !policy.single_jobs) settled.batch_limit = config.batch_limit;
  settled.automatic_shape = config.automatic_shape && !policy.single_slot;
  if (settled.automatic_shape) settled.goal = config.goal;
  if (!policy.single_slot) settled.partition = config.partition;
  settled.contexts = policy.single_slot ? 1 : config.contexts;
  settled.streams = policy.single_slot ? 1 : config.streams;
  settled.oversubscription_milli = settled_oversubscription_milli(config, policy, settled.contexts);
  settled.backend = config.backend;
  settled.sms = config.sms;
  settled.duration = config.duration;
  settled.warmup = config.warmup;
  settled.seed = config.seed;
  settled.replications = config.replications;
  settle_precision(config, settled);
  if (config.cuts_warmup) settled.warmup = Duration();
  settled.cuts_warmup = config.cuts_warmup;
  settled.profile = config.profile;
  settled.model = config.model;
  if (world == World::kSimulated) settled.power = config.power;
  settled.releases = config.releases;
  settled.schedule = config.schedule;
  settled.inject = config.inject;
  settled.blame = config.blame;
  settled.capacities = config.capacities;
  settled.overruled = overruled_by_log(config);
  if (world == World::kLive) settle_machine(config, policy, settled);
  return settled;
}

Status check_schedule(const RunConfig& config, const PolicyInfo& policy) {
  if (policy.scripted && config.schedule.empty()) {
    return Error{fmt::format(
        "policy \"{}\" executes a recorded schedule; name the log of a run with --schedule", config.policy)};
  }
  if (config.schedule.empty()) return {};
  if (!policy.scripted) {
    return Error{
        fmt::format("schedule: \"{}\" is executed by policy \"scripted\", not \"{}\"; "
                    "leave one of the two out (--releases takes over the jobs alone)",
                    config.schedule, config.policy)};
  }
  if (config.releases.empty()) return {};
  return Error{
      fmt::format("releases: \"{}\" stands beside a schedule, which has its own; leave one of the two out",
                  config.releases)};
}

Status check_automatic_shape(const RunConfig& config, const PolicyInfo& policy) {
  if (!config.automatic_shape) {
    if (config.goal == ShapeGoal::kThroughput) return {};
    return Error{"goal: \"latency\" is for a shape that is chosen; add shape \"auto\", or leave it out"};
  }
  if (policy.scripted)
    return Error{"shape: \"auto\" is not for a schedule, which has its own shape; leave it out"};
  for (const std::string_view key : kShapeKeys) {
    if (is_given(config, key))
      return Error{fmt::format("shape: \"auto\" chooses {} by itself; leave one of the two out", key)};
  }
  return {};
}

Status check_partition(const RunConfig& config) {
  if (config.partition.empty()) return {};
  if (config.automatic_shape)
    return Error{"partition: its contexts stand beside shape \"auto\"; leave one of the two out"};
  for (const std::string_view key : kShapeKeys) {
    if (is_given(config, key))
      return Error{
          fmt::format("partition: \"{}\" lists the contexts by itself; leave {} out", config.partition, key)};
  }
  return {};
}

Status check_statistics(const RunConfig& config, World world) {
  if (world == World::kLive && config.cuts_warmup)
    return Error{"warmup_by: \"mser5\" is for simulated runs; give a --warmup"};
  if (world == World::kLive && config.precision)
    return Error{"precision: is for simulated runs; give --replications"};
  if (!config.precision) {
    for (const std::string_view key : {"precision_of", "replications_max"})
      if (is_given(config, key)) return Error{fmt::format("{}: needs a precision, such as 1%", key)};
    return {};
  }
  if (is_logged(config)) return Error{"precision: the releases of a log are one replication; leave it out"};
  const std::uint32_t least = std::max(config.replications, kPrecisionReplicationsMin);
  if (config.replications_max >= least) return {};
  return Error{fmt::format("replications_max: {} is below {}, the replications of the first round",
                           config.replications_max, least)};
}

// Of a configuration whose shape is chosen or read later: a shape that every machine has.
RunConfig with_least_shape(RunConfig config) {
  config.contexts = config.streams = 1;
  return config;
}

Status check(const RunConfig& config, const PolicyInfo& policy) {
  if (config.task_set.empty() && !is_logged(config))
    return Error{"no task set is given; name one with --task-set"};
  if (std::uint64_t{config.contexts} * config.streams > kSlotsMax) {
    return Error{fmt::format("contexts * streams: {} slots are too many; at most {}",
                             std::uint64_t{config.contexts} * config.streams, kSlotsMax)};
  }
  if (config.cuts_warmup && config.duration.ns() == 0)
    return Error{"duration: 0 s; it must be longer, so that something is measured"};
  if (!config.cuts_warmup && config.warmup >= config.duration)
    return Error{
        fmt::format("warmup: {} s; it must be shorter than the duration, {} s, so that something is measured",
                    number_text(config.warmup.seconds()), number_text(config.duration.seconds()))};
  if (policy.isolated && config.backend == Backend::kStreams && config.contexts > 1) {
    return Error{
        fmt::format("policy \"{}\" needs contexts that share no SM, which backend \"streams\" can't "
                    "give; use green or mps, or 1 context",
                    config.policy)};
  }
  if (is_logged(config) && config.replications != 1) {
    return Error{fmt::format("replications: {} is not 1; the releases of a log are one replication",
                             config.replications)};
  }
  return check_schedule(config, policy);
}

// The simulator models GPUs, and has no machine to choose a backend for.
Status check_modelled(const RunConfig& config) {
  if (!config.automatic_backend && config.backend != Backend::kCpu) return {};
  return Error{fmt::format("backend: \"{}\" has no model; the simulator takes green, mps or streams",
                           config.automatic_backend ? "auto" : "cpu")};
}

}  // namespace

Result<SettledConfig> normalise(const RunConfig& config, World world) {
  DARIS_TRY(load_policy(config.policy));
  const PolicyInfo* const policy = find_policy(config.policy);
  DARIS_CHECK(policy != nullptr);  // set_policy() knows them
  DARIS_TRY(check_automatic_shape(config, *policy));
  DARIS_TRY(check_partition(config));
  const bool is_open = config.automatic_shape || !config.partition.empty();
  const RunConfig shaped = is_open ? with_least_shape(config) : config;
  DARIS_TRY(check(shaped, *policy));
  DARIS_TRY(check_statistics(config, world));
  if (world == World::kSimulated) DARIS_TRY(check_modelled(config));
  return settle(shaped, *policy, world);
}

RunConfig as_written(const SettledConfig& settled) {
  RunConfig config;
  config.task_set = settled.task_set;
  config.scaling = settled.scaling;
  config.policy = settled.policy;
  config.switches = settled.switches;
  const std::span<const std::string_view> obeyed = find_policy(settled.policy)->switches;
  config.given_switches.assign(obeyed.begin(), obeyed.end());
  config.batch_limit = settled.batch_limit;
  config.contexts = settled.contexts;
  config.streams = settled.streams;
  config.oversubscription_milli = settled.oversubscription_milli;
  config.automatic_shape = settled.automatic_shape;
  config.goal = settled.goal;
  config.partition = settled.partition;
  config.backend = settled.backend;
  config.sms = settled.sms;
  config.duration = settled.duration;
  config.warmup = settled.warmup;
  config.seed = settled.seed;
  config.replications = settled.replications;
  config.precision = settled.precision;
  config.precision_of = settled.precision_of;
  config.replications_max = settled.replications_max;
  config.cuts_warmup = settled.cuts_warmup;
  config.profile = settled.profile;
  config.model = settled.model;
  config.power = settled.power;
  config.copies = settled.copies;
  config.saturation = settled.saturation;
  config.realtime = settled.realtime;
  config.device = settled.device;
  config.releases = settled.releases;
  config.schedule = settled.schedule;
  config.inject = settled.inject;
  config.blame = settled.blame;
  config.capacities = settled.capacities;
  return config;
}

}  // namespace daris
