#include "workloads/workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "workloads/arrivals/release_times.h"

namespace daris {
namespace {

std::string task_name(const TaskGroup& group, std::uint32_t copy) {
  return group.count == 1 ? group.name : fmt::format("{}/{}", group.name, copy + 1);
}

// Numbers weights in the order in which tasks first use them.
class WeightsNumbering {
 public:
  std::uint32_t of(const TaskGroup& group) {
    if (group.weights == Weights::kOwn) return next_++;
    const auto [entry, is_new] = shared_.try_emplace({group.model, group.precision}, next_);
    if (is_new) ++next_;
    return entry->second;
  }

 private:
  std::map<std::tuple<std::string, Precision>, std::uint32_t> shared_;
  std::uint32_t next_ = 0;
};

}  // namespace

Workload make_workload(TaskSet scaled) {
  Workload workload;
  workload.set = std::move(scaled);
  WeightsNumbering weights;
  for (std::uint32_t index = 0; index < workload.set.groups.size(); ++index) {
    const TaskGroup& group = workload.set.groups[index];
    for (std::uint32_t copy = 0; copy < group.count; ++copy)
      workload.tasks.push_back({task_name(group, copy), index, weights.of(group)});
  }
  return workload;
}

ReleaseList make_releases(const Workload& workload, std::uint64_t seed, std::uint32_t replication, Time end) {
  ReleaseList releases;
  std::uint32_t task = 0;
  for (std::uint32_t group = 0; group < workload.set.groups.size(); ++group)
    for (std::uint32_t copy = 0; copy < workload.set.groups[group].count; ++copy, ++task) {
      std::uint32_t ordinal = 0;
      for (const Time time :
           release_times(workload.set.groups[group],
                         {group + workload.set.groups[group].left_out_before, copy}, seed, replication, end))
        releases.push_back({time, JobId{ordinal++, TaskId(task)}});
    }
  std::sort(releases.begin(), releases.end(), [](const Release& a, const Release& b) {
    return std::tie(a.nominal, a.job) < std::tie(b.nominal, b.job);
  });
  return releases;
}

double expected_releases(const Workload& workload, Time end) {
  double sum = 0;
  for (const TaskGroup& group : workload.set.groups) {
    const double one = group.arrival.kind == ArrivalKind::kTrace
                           ? static_cast<double>(group.arrival.trace.size())
                           : static_cast<double>(end.ns()) / static_cast<double>(group.period.ns());
    sum += group.count * one;
  }
  return sum;
}

}  // namespace daris
