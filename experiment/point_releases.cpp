#include "experiment/point_releases.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/host/host_memory.h"

namespace daris {
namespace {

// A release takes about 20 bytes in the lists that it goes through if its job is settled at once, and up to
// 125 if its job waits for long, as in overload under `edf` and `fifo`.
constexpr double kBytesEach = 130;
constexpr double kOrdinalsMax = 4e9;  // of one task

Time end_of(const SettledConfig& config, const Workload& workload) {
  Duration longest;
  for (const TaskGroup& group : workload.set.groups) longest = std::max(longest, group.deadline);
  return Time() + config.duration + longest;
}

// Counts before memory is filled.
Status check_fits(const SettledConfig& config, const Workload& workload) {
  const Time end = end_of(config, workload);
  for (const TaskGroup& group : workload.set.groups) {
    if (static_cast<double>(end.ns()) / static_cast<double>(group.period.ns()) <= kOrdinalsMax) continue;
    return environment_error(fmt::format(
        "task \"{}\": in {} s it would release more than 4,000,000,000 jobs, the most of a task: a lower "
        "rate or a shorter duration is needed",
        group.name, config.duration.seconds()));
  }
  const double count = expected_releases(workload, end);
  const std::optional<std::uint64_t> free = free_memory_bytes();
  if (!free || count * kBytesEach <= static_cast<double>(*free)) return {};
  constexpr double kGigabyte = 1e9;
  return environment_error(
      fmt::format("about {:.3g} jobs would be released in {} s, which takes about {:.3g} GB of memory, and "
                  "{:.3g} GB are free: lower rates, fewer tasks or a shorter duration are needed",
                  count, config.duration.seconds(), count * kBytesEach / kGigabyte,
                  static_cast<double>(*free) / kGigabyte));
}

}  // namespace

Result<ReleaseList> point_releases(const SettledConfig& config, const Workload& workload,
                                   const PolicySetup& setup, const ReleaseLog* log,
                                   std::uint32_t replication) {
  Duration longest;
  for (const TaskSetup& task : setup.tasks) longest = std::max(longest, task.relative_deadline);
  const Time end = Time() + config.duration + longest;
  if (log == nullptr) {
    DARIS_TRY(check_fits(config, workload));
    return make_releases(workload, config.seed, replication, end);
  }
  ReleaseList releases = log->releases;
  std::erase_if(releases, [end](const Release& release) { return release.nominal >= end; });
  return releases;
}

Status check_releases_fit(const SettledConfig& config, const Workload& workload, const ReleaseLog* log) {
  return log == nullptr ? check_fits(config, workload) : Status();
}

double bytes_of_replications(const SettledConfig& config, const Workload& workload, std::size_t count) {
  return static_cast<double>(count) * expected_releases(workload, end_of(config, workload)) * kBytesEach;
}

std::size_t replications_in_memory(const SettledConfig& config, const Workload& workload, std::size_t count) {
  const double each = bytes_of_replications(config, workload, 1);
  const std::optional<std::uint64_t> free = free_memory_bytes();
  if (!free || each * static_cast<double>(count) <= static_cast<double>(*free)) return count;
  return std::max<std::size_t>(static_cast<std::size_t>(static_cast<double>(*free) / each), 1);
}

}  // namespace daris
