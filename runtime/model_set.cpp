#include "runtime/model_set.h"

#include <string>
#include <utility>

#include "workloads/model_catalog.h"
#include "workloads/stage_plan.h"

namespace daris {
namespace {

constexpr std::uint32_t kInputsPerGroup = 4;

}  // namespace

Result<ModelSet> ModelSet::create(const Workload& workload, bool staged, at::Device device, std::uint64_t seed) {
  ModelSet set;
  for (std::uint32_t task = 0; task < workload.tasks.size(); ++task) {
    const TaskGroup& group = workload.group_of(TaskId(task));
    const std::uint32_t weights = workload.tasks[task].weights_id;
    if (weights == set.models_.size()) {
      const Result<const ModelInfo*> info = find_model(group.model);
      if (!info.ok()) return info.error();
      StagePlan plan = staged ? default_stage_plan(*info.value()) : whole_stage_plan(*info.value());
      Result<StagedModel> model = StagedModel::create(group.model, std::move(plan), seed + weights);
      if (!model.ok()) return model.error();
      model.value().to(placement_of(group.precision, device));
      set.models_.push_back(std::move(model).value());
    }
    set.model_of_task_.push_back(weights);
    set.inputs_of_task_.push_back(group.batch);
    set.group_of_task_.push_back(workload.tasks[task].group);
    set.add_inputs(set.models_[weights], workload.tasks[task].group, group.batch);
  }
  return set;
}

void ModelSet::add_inputs(const StagedModel& model, std::uint32_t group, std::uint32_t batch) {
  std::vector<at::Tensor>& inputs = inputs_[group];
  if (!inputs.empty()) return;
  for (std::uint32_t i = 0; i < kInputsPerGroup; ++i) inputs.push_back(model.example_input(batch, i + 1).to(at::kCPU));
}

std::vector<std::uint32_t> ModelSet::stages() const {
  std::vector<std::uint32_t> stages;
  for (const std::uint32_t model : model_of_task_)
    stages.push_back(static_cast<std::uint32_t>(models_[model].stages()));
  return stages;
}

const at::Tensor& ModelSet::input_of(JobId job) const {
  return inputs_.at(group_of_task_[job.task.at()])[(job.task.value() + job.ordinal) % kInputsPerGroup];
}

}  // namespace daris
