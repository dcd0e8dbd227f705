#include "profiles/profiler/gpu/model_store.h"

#include <ATen/Context.h>
#include <c10/core/InferenceMode.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <c10/util/Exception.h>

#include <future>

#include "policy/check.h"
#include "profiles/profiler/gpu/check.h"
#include "profiles/profiler/gpu/slot_graphs.h"

namespace daris {
namespace {

constexpr std::uint64_t kSeed = 1;

}  // namespace

void ModelStore::warm_up(const std::string& model, Precision precision, std::uint32_t batch,
                         const WarmUpStreams& streams) {
  const Case key(model, precision, batch);
  if (flags_.count(key) != 0) return;
  const StagedModel& staged = load(model, precision);
  std::vector<std::pair<Flags, CUstream>> tries = {{{false, false}, streams.whole}};
  if (streams.narrow != nullptr) {
    tries.push_back({{true, false}, streams.wide});
    if (precision == Precision::kFp16) tries.push_back({{true, true}, streams.narrow});
  }
  for (const auto& [flags, stream] : tries) {
    set(precision, flags);
    run(staged, batch, stream);
    try {
      if (streams.narrow != nullptr) run(staged, batch, streams.narrow);
    } catch (const c10::Error&) {
      continue;
    }
    flags_[key] = flags;
    break;
  }
  flags_.try_emplace(key);  // on the whole GPU the first choice runs in any case
  release_graph_memory();   // the workspaces of algorithms that were only tried
}

const StagedModel& ModelStore::use(const std::string& model, Precision precision, std::uint32_t batch) {
  const auto flags = flags_.find({model, precision, batch});
  DARIS_CHECK(flags != flags_.end());
  set(precision, flags->second);
  return load(model, precision);
}

const std::vector<StagedModel>& ModelStore::copies(const std::string& model, Precision precision, std::uint32_t batch,
                                                   std::size_t count) {
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
  const Result<const ModelInfo*> info = find_model(model);
  if (!info.ok()) throw GpuError(info.error().message);
  Result<StagedModel> made = StagedModel::create(model, default_stage_plan(*info.value()), kSeed);
  if (!made.ok()) throw GpuError(made.error().message);
  made.value().to(placement_of(precision, device_));
  return models_.emplace(key, std::move(made).value()).first->second;
}

void ModelStore::set(Precision precision, const Flags& flags) const {
  at::globalContext().setBenchmarkCuDNN(true);
  at::globalContext().setDeterministicCuDNN(flags.deterministic);
  set_float32_precision(flags.other_tf32 ? Precision::kFp32 : precision);
}

void ModelStore::run(const StagedModel& model, std::uint32_t batch, CUstream stream) const {
  const c10::InferenceMode inference;
  const at::Tensor input = model.example_input(batch);
  DARIS_CUDA(cudaDeviceSynchronize());  // the input was made in another stream
  const c10::cuda::CUDAStreamGuard guard(c10::cuda::getStreamFromExternal(stream, device_.index()));
  for (int round = 0; round < 2; ++round) static_cast<void>(model.forward_whole(input));
  DARIS_CUDA(cudaDeviceSynchronize());
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
