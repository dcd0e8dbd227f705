#include "runtime/model_set.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <future>
#include <string>
#include <thread>
#include <utility>

#include "workloads/model_catalog.h"
#include "workloads/models/uniform_draw.h"
#include "workloads/stage_plan.h"

namespace daris {
namespace {

constexpr std::uint32_t kInputsPerGroup = 4;

}  // namespace

Status ModelCache::prepare(const std::vector<Wanted>& wanted, const SetUpWatch& watch) {
  std::vector<Wanted> missing;
  for (const Wanted& one : wanted) {
    DARIS_TRY(find_model(one.model));
    if (models_.count(one) == 0) missing.push_back(one);
  }
  const std::size_t at_once = std::max(1U, std::thread::hardware_concurrency());
  for (std::size_t first = 0; first < missing.size(); first += at_once) {
    if (watch.stopped()) return environment_error(kSetUpStopped);
    std::vector<std::future<Result<StagedModel>>> making;
    const std::size_t end = std::min(missing.size(), first + at_once);
    for (std::size_t i = first; i < end; ++i) {
      making.push_back(std::async(std::launch::async, [&one = missing[i], this] {
        return StagedModel::create(one.model, default_stage_plan(*find_model(one.model).value()), one.seed,
                                   device_, fill_);
      }));
    }
    for (std::size_t i = first; i < end; ++i) {
      DARIS_TRY_ASSIGN(StagedModel model, making[i - first].get());
      model.to(placement_of(missing[i].precision, device_));
      models_.emplace(missing[i], std::move(model));
    }
  }
  return {};
}

Result<ModelSet> ModelSet::create(const Workload& workload, bool staged, std::uint64_t seed,
                                  const SetUpWatch& watch) {
  ModelCache cache(at::Device(at::kCPU), fill_uniform_on_cpu);
  return create(workload, staged, cache, seed, watch);
}

Result<ModelSet> ModelSet::create(const Workload& workload, bool staged, ModelCache& cache,
                                  std::uint64_t seed, const SetUpWatch& watch) {
  ModelSet set;
  for (std::uint32_t task = 0; task < workload.tasks.size(); ++task) {
    const TaskGroup& group = workload.group_of(TaskId(task));
    const std::uint32_t weights = workload.tasks[task].weights_id;
    if (weights == set.wanted_.size()) set.wanted_.push_back({group.model, group.precision, seed + weights});
    set.model_of_task_.push_back(weights);
    set.inputs_of_task_.push_back(group.batch);
    set.group_of_task_.push_back(workload.tasks[task].group);
  }
  DARIS_TRY(cache.prepare(set.wanted_, watch));
  for (const ModelCache::Wanted& wanted : set.wanted_) {
    const StagedModel& model = cache.get(wanted);
    if (staged) {
      set.models_.push_back(model);
      continue;
    }
    DARIS_TRY_ASSIGN(StagedModel whole, model.with_plan(whole_stage_plan(model.info())));
    set.models_.push_back(std::move(whole));
  }
  for (std::uint32_t task = 0; task < workload.tasks.size(); ++task) {
    const std::uint32_t group = workload.tasks[task].group;
    set.add_inputs(set.of(TaskId(task)), group, set.inputs_of_task_[task]);
  }
  return set;
}

void ModelSet::add_inputs(const StagedModel& model, std::uint32_t group, std::uint32_t batch) {
  std::vector<at::Tensor>& inputs = inputs_[group];
  if (!inputs.empty()) return;
  for (std::uint32_t i = 0; i < kInputsPerGroup; ++i) {
    const at::Tensor input = model.example_input(batch, i + 1);
    inputs.push_back(input.is_cuda() ? input.to(at::kCPU).pin_memory() : input);
  }
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
