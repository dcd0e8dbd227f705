#include "workloads/merging.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace daris {
namespace {

// Tasks that may be members of one network.
struct Alike {
  std::string_view model;
  Precision precision;
  std::vector<TaskId> tasks;
};

Status check_task(const TaskSet& set, const TaskGroup& group) {
  const auto refused = [&](std::string_view what) {
    return Error{fmt::format("task set \"{}\": task \"{}\": policy \"merged\" {}", set.name, group.name, what)};
  };
  if (find_merged_network(group.model, merge_sizes().front()) == nullptr)
    return refused(fmt::format("has no merged networks of {}; take another policy", group.model));
  if (group.weights != Weights::kOwn)
    return refused("merges weights of each task's own; set \"weights\": \"own\", or take batching");
  if (group.batch == 1) return {};
  return refused(fmt::format("takes one input a job, not {}; leave \"batch\" out", group.batch));
}

std::vector<Alike> alike_tasks(const Workload& workload) {
  std::vector<Alike> all;
  for (std::uint32_t task = 0; task < workload.tasks.size(); ++task) {
    const TaskGroup& group = workload.group_of(TaskId(task));
    const auto known = std::find_if(all.begin(), all.end(), [&](const Alike& alike) {
      return alike.model == group.model && alike.precision == group.precision;
    });
    Alike& alike = known != all.end() ? *known : all.emplace_back(Alike{group.model, group.precision, {}});
    alike.tasks.emplace_back(task);
  }
  return all;
}

// The largest size up to `limit` that so many tasks fill, or the smallest size.
std::uint32_t next_size(std::size_t tasks, std::uint32_t limit) {
  std::uint32_t best = merge_sizes().front();
  for (const std::uint32_t size : merge_sizes())
    if (size <= limit && size <= tasks) best = size;
  return best;
}

void add_groups(const Alike& alike, std::uint32_t limit, Merging& merging) {
  for (std::size_t first = 0; first < alike.tasks.size();) {
    const std::uint32_t size = next_size(alike.tasks.size() - first, limit);
    MergeGroup& group = merging.groups.emplace_back();
    group.network = find_merged_network(alike.model, size);
    group.precision = alike.precision;
    for (std::uint32_t member = 0; member < size && first < alike.tasks.size(); ++member, ++first) {
      const TaskId task = alike.tasks[first];
      merging.group_of_task[task.at()] = static_cast<std::uint32_t>(merging.groups.size() - 1);
      merging.member_of_task[task.at()] = member;
      group.tasks.push_back(task);
    }
  }
}

}  // namespace

Result<Merging> merge_tasks(const Workload& workload, std::optional<std::uint32_t> limit) {
  if (limit && *limit < merge_sizes().front())
    return Error{fmt::format("batch_limit: {} networks can't be merged; policy \"merged\" merges {}", *limit,
                             fmt::join(merge_sizes(), ", "))};
  for (const TaskGroup& group : workload.set.groups) DARIS_TRY(check_task(workload.set, group));
  Merging merging;
  merging.group_of_task.resize(workload.tasks.size());
  merging.member_of_task.resize(workload.tasks.size());
  for (const Alike& alike : alike_tasks(workload))
    add_groups(alike, limit.value_or(merge_sizes().back()), merging);
  return merging;
}

}  // namespace daris
