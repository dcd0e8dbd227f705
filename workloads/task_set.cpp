#include "workloads/task_set.h"

#include <set>

#include "workloads/task_set_names.h"

namespace daris {

std::string_view to_text(Precision precision) { return name_in(kPrecisionNames, precision); }
std::string_view to_text(Weights weights) { return name_in(kWeightsNames, weights); }
std::string_view to_text(ArrivalKind kind) { return name_in(kArrivalKindNames, kind); }

std::vector<std::uint32_t> levels_of(const TaskSet& set) {
  std::set<std::uint32_t> levels;
  for (const TaskGroup& group : set.groups) levels.insert(group.priority);
  return {levels.begin(), levels.end()};
}

}  // namespace daris
