#include "profiles/profiler/gpu/model_store.h"

#include <ATen/Context.h>
#include <c10/core/InferenceMode.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <future>

#include "profiles/profiler/gpu/check.h"

namespace daris {
namespace {

constexpr std::uint64_t kSeed = 1;

}  // namespace

const StagedModel& ModelStore::use(const std::string& model, Precision precision) {
  at::globalContext().setBenchmarkCuDNN(true);
  set_float32_precision(precision);
  const Key key{model, precision};
  if (const auto found = models_.find(key); found != models_.end()) return found->second;
  const Result<const ModelInfo*> info = find_model(model);
  if (!info.ok()) throw GpuError(info.error().message);
  Result<StagedModel> made = StagedModel::create(model, default_stage_plan(*info.value()), kSeed);
  if (!made.ok()) throw GpuError(made.error().message);
  made.value().to(placement_of(precision, device_));
  return models_.emplace(key, std::move(made).value()).first->second;
}

const std::vector<StagedModel>& ModelStore::copies(const std::string& model, Precision precision, std::size_t count) {
  const StagedModel& original = use(model, precision);
  std::vector<StagedModel>& copies = copies_[{model, precision}];
  std::vector<std::future<StagedModel>> making;  // weights are drawn on the CPU, which takes long
  for (std::size_t index = copies.size(); index < count; ++index)
    making.push_back(std::async(std::launch::async, [&original, index] {
      const c10::InferenceMode inference;
      return original.clone_with_seed(kSeed + 1 + index);
    }));
  for (auto& copy : making) copies.push_back(copy.get());
  return copies;
}

void ModelStore::warm_up(const std::string& model, Precision precision, std::uint32_t batch) {
  const StagedModel& staged = use(model, precision);
  if (!warm_.emplace(model, precision, batch).second) return;
  const c10::InferenceMode inference;
  const c10::cuda::CUDAStreamGuard guard(c10::cuda::getStreamFromPool(false, device_.index()));
  const at::Tensor input = staged.example_input(batch);
  for (int round = 0; round < 2; ++round) static_cast<void>(staged.forward_whole(input));
  DARIS_CUDA(cudaDeviceSynchronize());
  c10::cuda::CUDACachingAllocator::emptyCache();  // the workspaces of algorithms that were only tried
}

ModelProfile describe_model(const StagedModel& model, Precision precision) {
  ModelProfile profile;
  profile.model = model.info().name;
  profile.precision = precision;
  for (const PlannedStage& stage : model.plan()) profile.stages.push_back({stage.name, stage.units});
  profile.weight_bytes = model.weight_bytes();
  return profile;
}

}  // namespace daris
