#include "experiment/normalise.h"

#include <algorithm>
#include <string>

#include "policy/registry.h"
#include "policy/setup.h"

namespace daris {
namespace {

constexpr std::uint32_t kDefaultOversubscriptionMilli = 2000;

// Its tasks and releases are those of a log.
bool is_logged(const RunConfig& config) { return !config.releases.empty() || !config.schedule.empty(); }

void settle_shape(RunConfig& config, const PolicyInfo& policy) {
  if (policy.single_slot) config.contexts = config.streams = 1;
  const std::uint32_t every_context = 1000 * config.contexts;
  std::uint32_t milli = config.oversubscription_milli.value_or(kDefaultOversubscriptionMilli);
  if (policy.isolated) milli = 1000;
  const bool unpartitioned = config.backend == Backend::kStreams || config.backend == Backend::kCpu;
  if (milli == RunConfig::kEveryContext || unpartitioned) milli = every_context;
  config.oversubscription_milli = std::min(milli, every_context);
}

void drop_unread(RunConfig& config, const PolicyInfo& policy) {
  const PolicySwitches given = config.switches;
  config.switches = PolicySwitches();
  for (const std::string_view key : policy.switches) {
    const Status kept = set_switch(config.switches, key, switch_value(given, key));
    DARIS_CHECK(kept.ok());
  }
  if (!policy.batches || policy.single_jobs) config.batch_limit.reset();
  if (is_logged(config)) config.scaling = Scaling();  // the log says which tasks there are
  if (!config.scaling.load) config.scaling.load_by = LoadBy::kCount;
}

Status check_schedule(const RunConfig& config, const PolicyInfo& policy) {
  if (policy.scripted && config.schedule.empty()) {
    return Error{"policy \"" + config.policy +
                 "\" executes a recorded schedule; name the log of a run with --schedule"};
  }
  if (config.schedule.empty()) return {};
  if (!policy.scripted) {
    return Error{"schedule: \"" + config.schedule + "\" is executed by policy \"scripted\", not \"" +
                 config.policy + "\"; leave one of the two out (--releases takes over the jobs alone)"};
  }
  if (config.releases.empty()) return {};
  return Error{"releases: \"" + config.releases +
               "\" stands beside a schedule, which has its own; leave one of the two out"};
}

Status check(const RunConfig& config, const PolicyInfo& policy) {
  if (config.task_set.empty() && !is_logged(config))
    return Error{"no task set is given; name one with --task-set"};
  if (std::uint64_t{config.contexts} * config.streams > kSlotsMax) {
    return Error{"contexts * streams: " + std::to_string(std::uint64_t{config.contexts} * config.streams) +
                 " slots are too many; at most 1024"};
  }
  if (config.warmup >= config.duration)
    return Error{"warmup must be shorter than duration, so that something is measured"};
  if (policy.isolated && config.backend == Backend::kStreams && config.contexts > 1) {
    return Error{"policy \"" + config.policy +
                 "\" needs contexts that share no SM, which backend \"streams\" can't give; " +
                 "use green or mps, or 1 context"};
  }
  if (is_logged(config) && config.replications != 1) {
    return Error{"replications: " + std::to_string(config.replications) +
                 " is not 1; the releases of a log are one replication"};
  }
  return check_schedule(config, policy);
}

}  // namespace

Result<RunConfig> normalise(const RunConfig& config) {
  const PolicyInfo* const policy = find_policy(config.policy);
  DARIS_CHECK(policy != nullptr);  // set_policy() knows them
  const Status status = check(config, *policy);
  if (!status.ok()) return status.error();
  RunConfig settled = config;
  settle_shape(settled, *policy);
  drop_unread(settled, *policy);
  return settled;
}

}  // namespace daris
