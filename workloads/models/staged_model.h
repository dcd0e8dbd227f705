// A bundled model that runs stage by stage: what the profiler and the live executors run.
//
//   auto model = StagedModel::create("resnet18", default_stage_plan(*find_model("resnet18").value()),
//   /*seed=*/1); model.value().to(placement_of(Precision::kFp16, at::Device("cuda:0"))); Tensors state =
//   {model.value().example_input(/*batch=*/1)}; for (std::size_t stage = 0; stage < model.value().stages();
//   ++stage)
//     state = model.value().forward_stage(stage, std::move(state));
//
// Inference only: batch norm uses its running statistics, dropout is none, nothing is recorded for a backward
// pass. Errors of Torch and CUDA (out of memory, a device that is not there) come as exceptions of Torch
// (c10::Error).
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>
#include <c10/core/MemoryFormat.h>
#include <c10/core/ScalarType.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "workloads/model_catalog.h"
#include "workloads/models/placement.h"
#include "workloads/stage_plan.h"

namespace daris {

// What one stage hands to the next, most recent last: the running activation, and before it what a later
// stage still needs (the skips of a UNet). The first stage takes {input}, the last one gives {output}.
using Tensors = std::vector<at::Tensor>;

// Name -> tensor, with the names of torchvision's state_dict() ("layer1.0.conv1.weight"), running statistics
// included.
using StateDict = std::map<std::string, at::Tensor>;

// A value with shared weights: copies, and with_plan(), use the same weights; clone_with_seed() makes own
// ones. Threads: forward_*() may be called from several threads at once, on this and on other instances; to()
// and load_weights() only while nothing else uses the same weights.
class StagedModel {
 public:
  // With random weights (workloads/models/random_weights.h): equal seeds give equal bytes, on any machine.
  // On the CPU, float32, contiguous. Errors: an unknown model, a plan that check_stage_plan() refuses.
  [[nodiscard]] static Result<StagedModel> create(std::string_view model, StagePlan plan, std::uint64_t seed);

  // The same weights under moved boundaries. Errors: a plan that check_stage_plan() refuses.
  [[nodiscard]] Result<StagedModel> with_plan(StagePlan plan) const;

  // Same model, plan and placement; weights of its own, drawn anew from `seed`.
  [[nodiscard]] StagedModel clone_with_seed(std::uint64_t seed) const;

  // Moves and converts the weights in place, for all that share them. Later calls of forward_*() want their
  // tensors so placed. Placement is of the weights; tf32 also needs set_float32_precision()
  // (workloads/models/placement.h).
  void to(const Placement& placement);
  [[nodiscard]] const Placement& placement() const;

  // Replaces all weights by copies of `weights`, converted to the model's placement. Names and shapes must be
  // the model's: one missing, one too many, or a wrong shape is an error that names it, and then nothing was
  // changed. Not needed: "num_batches_tracked"; not wanted, so skipped: "AuxLogits." of inception_v3
  // (training only). inception_v3: torchvision's pretrained weights expect the input as its
  // `transform_input=True` makes it.
  [[nodiscard]] Status load_weights(const StateDict& weights);

  // The weights themselves, not copies.
  [[nodiscard]] StateDict weights() const;

  // Bytes of all weights and running statistics in the present placement.
  [[nodiscard]] std::int64_t weight_bytes() const;

  // Runs stage `stage` (from 0) on the current stream. Never writes to `inputs`. A tensor that the stage only
  // hands through (a skip) is given back as it is, sharing its memory with the input. Nothing waits for the
  // device, so it can be captured into a CUDA graph. REQUIRES: stage < stages(); `inputs` are what the stage
  // before gave, placed as the model is, any batch.
  [[nodiscard]] Tensors forward_stage(std::size_t stage, Tensors inputs) const;

  // All stages in a row. REQUIRES: `input` is shaped {batch, channels, height, width} and placed as the model
  // is.
  [[nodiscard]] at::Tensor forward_whole(at::Tensor input) const;

  // Noise, uniform in [-1, 1), always the same for a seed, placed as the model is. REQUIRES: batch >= 1.
  [[nodiscard]] at::Tensor example_input(std::int64_t batch, std::uint64_t seed = 0) const;

  [[nodiscard]] const ModelInfo& info() const;
  [[nodiscard]] const StagePlan& plan() const;
  [[nodiscard]] std::size_t stages() const;

 private:
  struct Network;  // the modules and their placement; shared by the copies
  StagedModel(std::shared_ptr<Network> network, StagePlan plan);

  std::shared_ptr<Network> network_;
  StagePlan plan_;
  std::vector<std::size_t> first_unit_;  // of each stage, and one past the last unit
};

}  // namespace daris
