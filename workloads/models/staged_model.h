// A bundled model that runs stage by stage, for the profiler and the live executors.
//
//   auto model = StagedModel::create("resnet18",
//                                    default_stage_plan(*find_model("resnet18").value()), /*seed=*/1);
//   model.value().to(placement_of(Precision::kFp16, at::Device("cuda:0")));
//   Tensors state = {model.value().example_input(/*batch=*/1)};
//   for (std::size_t stage = 0; stage < model.value().stages(); ++stage)
//     state = model.value().forward_stage(stage, std::move(state));
//
// Inference only: batch norm uses its running statistics, there is no dropout, and nothing is recorded for a
// backward pass. Errors of Torch and CUDA (out of memory, a device that is not there) come as exceptions of
// Torch (c10::Error).
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
#include "workloads/models/uniform_draw.h"
#include "workloads/stage_plan.h"

namespace daris {

// One stage hands these to the next. The most recent is last: the running activation, and before it what a
// later stage still needs (the skips of a UNet). The first stage takes {input}, the last one gives {output}.
using Tensors = std::vector<at::Tensor>;

// Name -> tensor, with the names of torchvision's state_dict() ("layer1.0.conv1.weight"), running statistics
// included.
using StateDict = std::map<std::string, at::Tensor>;

// A value with shared weights. Copies and with_plan() use the same weights; clone_with_seed() makes own ones.
// Threads: forward_*() may be called from several threads at once, on this and on other instances. to() and
// load_weights() may be called only while nothing else uses the same weights.
class StagedModel {
 public:
  // Makes a model, or a merged network, with random weights (workloads/models/random_weights.h): equal seeds
  // give equal bytes on any machine. It is on the CPU, float32, contiguous. Errors: an unknown model, or a
  // plan that check_stage_plan() refuses.
  [[nodiscard]] static Result<StagedModel> create(std::string_view model, StagePlan plan, std::uint64_t seed);

  // The same bytes, drawn on `device` by `fill`, and placed there: float32, contiguous. Several threads may
  // make models at once. Throws what Torch and `fill` throw.
  [[nodiscard]] static Result<StagedModel> create(std::string_view model, StagePlan plan, std::uint64_t seed,
                                                  at::Device device, const FillUniform& fill);

  // One network that runs all of them. An image of a batch is for each in turn. So a batch has as many images
  // as there are members, or a multiple of that. Its stages hand on tensors of merged images. The plan
  // and the placement are those of the first member, and weights are copied. REQUIRES: equal models and
  // placements, that can be merged in this number (workloads/merged_networks.h).
  [[nodiscard]] static StagedModel merge(const std::vector<StagedModel>& members);

  // The same weights under moved boundaries. Errors: a plan that check_stage_plan() refuses.
  [[nodiscard]] Result<StagedModel> with_plan(StagePlan plan) const;

  // The same model, plan and placement with weights of its own, drawn anew from `seed`.
  [[nodiscard]] StagedModel clone_with_seed(std::uint64_t seed) const;

  // Moves and converts the weights in place, for all that share them. Later calls of forward_*() need their
  // tensors placed likewise. This places weights only: tf32 also needs set_float32_precision()
  // (workloads/models/placement.h). A packaged model is loaded here, so it does not run before. Throws
  // c10::Error or std::runtime_error if it can't be.
  void to(const Placement& placement);
  [[nodiscard]] const Placement& placement() const;

  // Replaces all weights by copies of `weights`, converted to the model's placement. Names and shapes must be
  // the model's. A missing name, an unknown name or a wrong shape is an error that names it, and then nothing
  // was changed. "num_batches_tracked" is not needed. "AuxLogits." of inception_v3 (training only) is
  // skipped. torchvision's pretrained weights of inception_v3 expect the input as its `transform_input=True`
  // makes it.
  [[nodiscard]] Status load_weights(const StateDict& weights);

  // The weights themselves, not copies.
  [[nodiscard]] StateDict weights() const;

  // Bytes of all weights and running statistics in the current placement.
  [[nodiscard]] std::int64_t weight_bytes() const;

  // Runs stage `stage` (from 0) on the current stream. Never writes to `inputs`. A tensor that the stage only
  // hands through (a skip) is given back as it is and shares its memory with the input. Nothing waits for the
  // device, so it can be captured into a CUDA graph. REQUIRES: stage < stages(); `inputs` are what the stage
  // before gave, placed as the model is, of any batch.
  [[nodiscard]] Tensors forward_stage(std::size_t stage, Tensors inputs) const;

  // Runs all stages in a row. REQUIRES: `input` is shaped {batch, channels, height, width} and placed as the
  // model is.
  [[nodiscard]] at::Tensor forward_whole(at::Tensor input) const;

  // Noise, uniform in [-1, 1), always the same for a seed, and placed as the model is. REQUIRES: batch >= 1.
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
