// The networks of a workload, one for each set of weights, and the inputs of its jobs.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "policy/ids.h"
#include "runtime/set_up_watch.h"
#include "workloads/merging.h"
#include "workloads/models/staged_model.h"
#include "workloads/workload.h"

namespace daris {

// Keeps the models that were made, with the placement that they were first asked for. Threads: one.
class ModelCache {
 public:
  // `fill` draws weights on `device`.
  ModelCache(at::Device device, FillUniform fill) : device_(device), fill_(std::move(fill)) {}

  struct Wanted {
    std::string model;
    Precision precision = Precision::kFp32;
    std::uint64_t seed = 1;
    // Not empty: the model is merged with further ones of these seeds (workloads/merged_networks.h).
    std::vector<std::uint64_t> merged_with = {};
    friend auto operator<=>(const Wanted&, const Wanted&) = default;
  };
  // Makes the models that are missing, several at a time, since drawing weights on a CPU takes long. On a GPU
  // they are there once Torch's present stream has come to it. Errors: a model that is not bundled, or
  // `watch` stopped it. Torch's exceptions: no memory, no such device.
  [[nodiscard]] Status prepare(const std::vector<Wanted>& wanted, const SetUpWatch& watch);
  // The model with its default plan. REQUIRES: prepare() was called for it.
  [[nodiscard]] const StagedModel& get(const Wanted& wanted) const { return models_.at(wanted); }
  [[nodiscard]] at::Device device() const { return device_; }

 private:
  [[nodiscard]] Result<StagedModel> make(const Wanted& wanted) const;

  at::Device device_;
  FillUniform fill_;
  std::map<Wanted, StagedModel> models_;
};

// Unchanging once made, so any number of threads may read it.
class ModelSet {
 public:
  // If `staged`, models are cut by their default plans; else each model is one stage. Tasks with weights of
  // their own get weights drawn from seeds of their own. If `merging` is not null, each of its groups is one
  // model, which REQUIRES not `staged`; members without a task have the weights of the first one. Errors: a model that is not bundled, or
  // `watch` stopped it. Torch's exceptions: no memory, no such device.
  [[nodiscard]] static Result<ModelSet> create(const Workload& workload, bool staged, ModelCache& cache,
                                               std::uint64_t seed, const SetUpWatch& watch = {},
                                               const Merging* merging = nullptr);
  // On the CPU, with a cache of its own.
  [[nodiscard]] static Result<ModelSet> create(const Workload& workload, bool staged, std::uint64_t seed,
                                               const SetUpWatch& watch = {},
                                               const Merging* merging = nullptr);

  [[nodiscard]] const StagedModel& of(TaskId task) const { return models_[model_of_task_[task.at()]]; }
  [[nodiscard]] Precision precision_of(TaskId task) const {
    return wanted_[model_of_task_[task.at()]].precision;
  }
  // Tasks of equal numbers have the same model object: the weights id of a task, or its merged network.
  [[nodiscard]] std::uint32_t model_number(TaskId task) const { return model_of_task_[task.at()]; }
  // The task's place in every batch of its merged network; nullopt if it is not merged.
  [[nodiscard]] std::optional<std::uint32_t> member_of(TaskId task) const {
    return member_of_task_.empty() ? std::nullopt : std::optional(member_of_task_[task.at()]);
  }
  // The seed of its weights, or of the first ones in its merged network.
  [[nodiscard]] std::uint64_t seed_of(TaskId task) const { return wanted_[model_of_task_[task.at()]].seed; }
  [[nodiscard]] std::uint32_t inputs_of(TaskId task) const { return inputs_of_task_[task.at()]; }
  [[nodiscard]] std::vector<std::uint32_t> stages() const;  // by task

  // The job's input, in host memory, with the layout of its model. The memory is pinned if the models are on
  // a GPU. There are a few different inputs; a job always gets the same one.
  [[nodiscard]] const at::Tensor& input_of(JobId job) const;

 private:
  ModelSet() = default;
  void note_weights(const Workload& workload, std::uint64_t seed);
  void merge(const Workload& workload, const Merging& merging);
  void add_inputs(const StagedModel& model, std::uint32_t group, std::uint32_t batch);

  std::vector<ModelCache::Wanted> wanted_;     // by model number
  std::vector<StagedModel> models_;            // by model number
  std::vector<std::uint32_t> model_of_task_;   // by task
  std::vector<std::uint32_t> member_of_task_;  // by task; empty if nothing is merged
  std::vector<std::uint32_t> inputs_of_task_;  // by task: its batch
  std::vector<std::uint32_t> group_of_task_;
  std::map<std::uint32_t, std::vector<at::Tensor>> inputs_;  // by group
};

}  // namespace daris
