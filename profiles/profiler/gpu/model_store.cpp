#include "profiles/profiler/gpu/model_store.h"

#include <c10/core/InferenceMode.h>

#include <future>

#include "gpu/check.h"
#include "gpu/uniform_noise.h"
#include "workloads/merged_networks.h"
#include "workloads/packaged_model.h"

namespace daris {
namespace {

constexpr std::uint64_t kSeed = 1;

}  // namespace

void ModelStore::warm_up(const std::string& model, Precision precision, std::uint32_t batch,
                         CUstream stream) {
  algorithms_.warm_up(load(model, precision), precision, batch, stream);
}

const StagedModel& ModelStore::use(const std::string& model, Precision precision, std::uint32_t batch) {
  const StagedModel& staged = load(model, precision);
  algorithms_.use(staged, precision, batch);
  return staged;
}

const std::vector<StagedModel>& ModelStore::copies(const std::string& model, Precision precision,
                                                   std::uint32_t batch, std::size_t count) {
  const StagedModel& original = use(model, precision, batch);
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

const StagedModel& ModelStore::load(const std::string& model, Precision precision) {
  const Key key{model, precision};
  if (const auto found = models_.find(key); found != models_.end()) return found->second;
  const Result<const ModelInfo*> info = find_network(model);
  if (!info.ok()) throw GpuError(info.error().message);
  Result<StagedModel> made =
      StagedModel::create(model, default_stage_plan(*info.value()), kSeed, device_, fill_uniform_on_gpu);
  if (!made.ok()) throw GpuError(made.error().message);
  made.value().to(placement_of(precision, device_));
  return models_.emplace(key, std::move(made).value()).first->second;
}

ModelProfile describe_model(const StagedModel& model, Precision precision) {
  ModelProfile profile;
  profile.model = profiled_name(model.info().name);
  profile.precision = precision;
  for (const PlannedStage& stage : model.plan()) profile.stages.push_back({stage.name, stage.units});
  profile.weight_bytes = model.weight_bytes();
  return profile;
}

}  // namespace daris
