#include "runtime/model_set.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <future>
#include <string>
#include <thread>
#include <utility>

#include "base/check.h"
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
        return make(one);
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

Result<StagedModel> ModelCache::make(const Wanted& wanted) const {
  const StagePlan plan = default_stage_plan(*find_model(wanted.model).value());
  DARIS_TRY_ASSIGN(StagedModel model,
                   StagedModel::create(wanted.model, plan, wanted.seed, device_, fill_));
  if (wanted.merged_with.empty()) return model;
  std::vector<StagedModel> members = {std::move(model)};
  for (const std::uint64_t seed : wanted.merged_with) {
    DARIS_TRY_ASSIGN(StagedModel member, StagedModel::create(wanted.model, plan, seed, device_, fill_));
    members.push_back(std::move(member));
  }
  return StagedModel::merge(members);
}

Result<ModelSet> ModelSet::create(const Workload& workload, bool staged, std::uint64_t seed,
                                  const SetUpWatch& watch, const Merging* merging) {
  ModelCache cache(at::Device(at::kCPU), fill_uniform_on_cpu);
  return create(workload, staged, cache, seed, watch, merging);
}

Result<ModelSet> ModelSet::create(const Workload& workload, bool staged, ModelCache& cache,
                                  std::uint64_t seed, const SetUpWatch& watch, const Merging* merging) {
  DARIS_CHECK(merging == nullptr || !staged);
  ModelSet set;
  set.note_weights(workload, seed);
  if (merging != nullptr) set.merge(workload, *merging);
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

void ModelSet::note_weights(const Workload& workload, std::uint64_t seed) {
  for (std::uint32_t task = 0; task < workload.tasks.size(); ++task) {
    const TaskGroup& group = workload.group_of(TaskId(task));
    const std::uint32_t weights = workload.tasks[task].weights_id;
    if (weights == wanted_.size())
      wanted_.push_back({group.model, group.precision, seed + weights, {}});
    model_of_task_.push_back(weights);
    inputs_of_task_.push_back(group.batch);
    group_of_task_.push_back(workload.tasks[task].group);
  }
}

// Takes the models of note_weights() together.
void ModelSet::merge(const Workload& workload, const Merging& merging) {
  std::vector<ModelCache::Wanted> merged;
  for (const MergeGroup& group : merging.groups) {
    ModelCache::Wanted& wanted =
        merged.emplace_back(wanted_[workload.tasks[group.tasks.front().at()].weights_id]);
    for (std::uint32_t member = 1; member < group.network->members; ++member) {
      const TaskId task = group.tasks[member < group.tasks.size() ? member : 0];
      wanted.merged_with.push_back(wanted_[workload.tasks[task.at()].weights_id].seed);
    }
  }
  wanted_ = std::move(merged);
  model_of_task_ = merging.group_of_task;
  member_of_task_ = merging.member_of_task;
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
