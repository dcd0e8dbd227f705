#include "cli/normalise.h"

#include <algorithm>
#include <string>

#include "policy/registry.h"

namespace daris {
namespace {

constexpr std::uint32_t kDefaultOversubscriptionMilli = 2000;
constexpr std::uint32_t kSlotsMax = 1024;  // policy/setup.h

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
  const bool one_job_at_a_time = policy.name == "clockwork";
  if (!policy.batches || one_job_at_a_time) config.batch_limit.reset();
  if (!config.releases.empty()) config.scaling = Scaling();  // the log says which tasks there are
  if (!config.scaling.load) config.scaling.load_by = LoadBy::kCount;
}

Status check(const RunConfig& config, const PolicyInfo& policy) {
  if (config.task_set.empty() && config.releases.empty())
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
  if (!config.releases.empty() && config.replications != 1) {
    return Error{"replications: " + std::to_string(config.replications) +
                 " is not 1; the releases of a log are one replication"};
  }
  return {};
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
