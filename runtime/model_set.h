// The networks of a workload, as its executor runs them: one for each set of weights, and the inputs of jobs.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "policy/ids.h"
#include "workloads/models/staged_model.h"
#include "workloads/workload.h"

namespace daris {

// Models that were made once and are kept, with the placement that they were first asked for. Threads: one.
class ModelCache {
 public:
  explicit ModelCache(at::Device device) : device_(device) {}

  struct Wanted {
    std::string model;
    Precision precision = Precision::kFp32;
    std::uint64_t seed = 1;
    friend auto operator<=>(const Wanted&, const Wanted&) = default;
  };
  // Makes what is missing, several at a time, since drawing weights takes long. Errors: a model that is not
  // bundled. Torch's exceptions: no memory, no such device.
  [[nodiscard]] Status prepare(const std::vector<Wanted>& wanted);
  // By its default plan. REQUIRES: prepare() of it.
  [[nodiscard]] const StagedModel& get(const Wanted& wanted) const { return models_.at(wanted); }
  [[nodiscard]] at::Device device() const { return device_; }

 private:
  at::Device device_;
  std::map<Wanted, StagedModel> models_;
};

// Unchanging once made, so any number of threads may read it.
class ModelSet {
 public:
  // `staged`: by the models' default plans; else each model is one stage. Tasks with weights of their own get
  // weights drawn from seeds of their own. Errors: a model that is not bundled. Torch's exceptions: no
  // memory, no such device.
  [[nodiscard]] static Result<ModelSet> create(const Workload& workload, bool staged, ModelCache& cache,
                                               std::uint64_t seed);
  [[nodiscard]] static Result<ModelSet> create(const Workload& workload, bool staged, at::Device device,
                                               std::uint64_t seed);

  [[nodiscard]] const StagedModel& of(TaskId task) const { return models_[model_of_task_[task.at()]]; }
  [[nodiscard]] Precision precision_of(TaskId task) const {
    return wanted_[model_of_task_[task.at()]].precision;
  }
  // Of its weights.
  [[nodiscard]] std::uint64_t seed_of(TaskId task) const { return wanted_[model_of_task_[task.at()]].seed; }
  [[nodiscard]] std::uint32_t inputs_of(TaskId task) const { return inputs_of_task_[task.at()]; }
  [[nodiscard]] std::vector<std::uint32_t> stages() const;  // by task

  // What the job gets to see, in host memory (pinned, where the models are on a GPU), placed as its model is:
  // one of a few that differ, the same for the same job.
  [[nodiscard]] const at::Tensor& input_of(JobId job) const;

 private:
  ModelSet() = default;
  void add_inputs(const StagedModel& model, std::uint32_t group, std::uint32_t batch);

  std::vector<ModelCache::Wanted> wanted_;     // by weights id
  std::vector<StagedModel> models_;            // by weights id
  std::vector<std::uint32_t> model_of_task_;   // by task
  std::vector<std::uint32_t> inputs_of_task_;  // by task: its batch
  std::vector<std::uint32_t> group_of_task_;
  std::map<std::uint32_t, std::vector<at::Tensor>> inputs_;  // by group
};

}  // namespace daris
