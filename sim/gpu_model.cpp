#include "sim/gpu_model.h"

#include <cstddef>

#include "base/check.h"

namespace daris {

std::uint32_t GpuModel::add_class(std::vector<StageCost> costs) {
  DARIS_CHECK(!costs.empty() && costs.size() % contexts == 0);
  first_row_.push_back(costs_.size() / contexts);
  costs_.insert(costs_.end(), costs.begin(), costs.end());
  return classes() - 1;
}

std::uint32_t GpuModel::stages(std::uint32_t work_class) const {
  const std::size_t next = work_class + 1 < classes() ? first_row_[work_class + 1] : costs_.size() / contexts;
  return static_cast<std::uint32_t>(next - first_row_[work_class]);
}

std::uint32_t GpuModel::class_of(TaskId task, std::uint32_t batch) const {
  if (batch == task_inputs[task.at()]) return task_class[task.at()];
  for (const BatchClass& candidate : batch_classes[task_batch_group[task.at()]]) {
    if (candidate.inputs == batch)
      return candidate.work_class + (task_behind.empty() ? 0 : task_behind[task.at()]);
  }
  DARIS_CHECK(false && "a launch names a batch size that its group lacks");
  return 0;
}

std::vector<std::uint32_t> GpuModel::common_classes() const {
  std::vector<std::uint32_t> classes = task_class;
  for (std::size_t task = 0; task < task_behind.size(); ++task) classes[task] -= task_behind[task];
  return classes;
}

}  // namespace daris
