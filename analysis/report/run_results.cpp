#include "analysis/report/run_results.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"

namespace daris {
namespace {

void add(StageTally& to, const StageTally& from) {
  to.finished += from.finished;
  to.within_mret += from.within_mret;
  to.within_afet += from.within_afet;
  to.afet_ns += from.afet_ns;
  to.slowdown_ppm.add(from.slowdown_ppm);
}

}  // namespace

std::uint64_t Tally::rejected_all() const {
  return std::accumulate(rejected.begin(), rejected.end(), std::uint64_t{0});
}

void add(Tally& to, const Tally& from) {
  to.released += from.released;
  to.admitted += from.admitted;
  for (std::size_t reason = 0; reason < kRejectReasons; ++reason)
    to.rejected[reason] += from.rejected[reason];
  to.completed += from.completed;
  to.missed += from.missed;
  to.missed_by_host += from.missed_by_host;
  to.dropped += from.dropped;
  to.unfinished += from.unfinished;
  to.unfinished_past_limit += from.unfinished_past_limit;
  to.migrations += from.migrations;
  to.window_completions += from.window_completions;
  to.window_on_time += from.window_on_time;
  to.window_images += from.window_images;
  to.consecutive_misses_max = std::max(to.consecutive_misses_max, from.consecutive_misses_max);
  to.response_ns.add(from.response_ns);
  to.starts.migrated_ns.add(from.starts.migrated_ns);
  to.starts.others_ns.add(from.starts.others_ns);
  if (!from.miss_causes) return;
  if (!to.miss_causes) to.miss_causes.emplace();
  for (std::size_t cause = 0; cause < kMissCauses; ++cause)
    (*to.miss_causes)[cause] += (*from.miss_causes)[cause];
}

RunResults pool(std::span<const RunResults> replications) {
  DARIS_CHECK(!replications.empty());
  RunResults pooled = replications.front();
  DARIS_CHECK(!pooled.schedule || replications.size() == 1);
  for (const RunResults& replication : replications.subspan(1)) {
    DARIS_CHECK(replication.groups.size() == pooled.groups.size() && replication.slots == pooled.slots);
    for (std::size_t group = 0; group < pooled.groups.size(); ++group) {
      add(pooled.groups[group], replication.groups[group]);
    }
    add(pooled.stages, replication.stages);
    pooled.window += replication.window;
    pooled.busy_slot_ns += replication.busy_slot_ns;
    for (std::size_t reason = 0; reason < kLaunchFailures; ++reason)
      pooled.launch_failures[reason] += replication.launch_failures[reason];
    DARIS_CHECK(pooled.runtime.has_value() == replication.runtime.has_value());
    if (pooled.runtime) add(*pooled.runtime, *replication.runtime);
  }
  return pooled;
}

}  // namespace daris
