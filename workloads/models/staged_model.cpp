#include "workloads/models/staged_model.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <array>
#include <utility>

#include "base/check.h"
#include "workloads/merged_networks.h"
#include "workloads/models/builders.h"
#include "workloads/models/random_weights.h"
#include "workloads/models/weights.h"

namespace daris {
namespace {

struct Builder {
  std::string_view model;
  std::shared_ptr<Chain> (*make)(std::int64_t members);
};

constexpr std::array<Builder, 5> kBuilders = {
    {{"resnet18", make_resnet18},
     {"resnet50", make_resnet50},
     {"unet", [](std::int64_t) { return make_unet(); }},
     {"inception_v3", [](std::int64_t) { return make_inception_v3(); }},
     {"small_cnn", make_small_cnn}}};

// The name of the model, of which a merged network has several.
std::string_view model_of(const ModelInfo& info) {
  return info.members == 1 ? info.name : info.name.substr(0, info.name.rfind('-'));
}

// The catalog holds the names of the units. A chain that disagrees is a bug.
void check_units(const ModelInfo& info, const Chain& chain) {
  DARIS_CHECK(chain.units() == info.units.size());
  for (std::size_t unit = 0; unit < chain.units(); ++unit)
    DARIS_CHECK(chain.unit_name(unit) == info.units[unit]);
}

// Built on the CPU, for inference. Its weights are not set yet.
std::shared_ptr<Chain> make_blank_chain(const ModelInfo& info) {
  for (const Builder& builder : kBuilders) {
    if (builder.model != model_of(info)) continue;
    const at::NoGradGuard no_gradients;
    std::shared_ptr<Chain> chain = builder.make(info.members);
    check_units(info, *chain);
    chain->eval();
    for (at::Tensor& parameter : chain->parameters()) parameter.set_requires_grad(false);
    return chain;
  }
  DARIS_CHECK(false && "a model of the catalog has no builder");
  return nullptr;
}

// `fill` draws the weights on `device`; a packaged model has its own.
std::shared_ptr<Chain> make_chain(const ModelInfo& info, std::uint64_t seed, at::Device device,
                                  const FillUniform& fill) {
  if (info.packages != nullptr) return make_packaged(*info.packages);
  std::shared_ptr<Chain> chain = make_blank_chain(info);
  draw_weights(*chain, seed, device, fill);
  return chain;
}

std::vector<std::size_t> first_units(const StagePlan& plan) {
  std::vector<std::size_t> first = {0};
  for (const PlannedStage& stage : plan) first.push_back(first.back() + stage.units.size());
  return first;
}

}  // namespace

struct StagedModel::Network {
  const ModelInfo* info = nullptr;
  std::shared_ptr<Chain> chain;
  Placement placement;
};

StagedModel::StagedModel(std::shared_ptr<Network> network, StagePlan plan)
    : network_(std::move(network)), plan_(std::move(plan)), first_unit_(first_units(plan_)) {}

Result<StagedModel> StagedModel::create(std::string_view model, StagePlan plan, std::uint64_t seed) {
  return create(model, std::move(plan), seed, at::Device(at::kCPU), fill_uniform_on_cpu);
}

Result<StagedModel> StagedModel::create(std::string_view model, StagePlan plan, std::uint64_t seed,
                                        at::Device device, const FillUniform& fill) {
  DARIS_TRY_ASSIGN(const ModelInfo* const info, find_network(model));
  DARIS_TRY(check_stage_plan(*info, plan));
  Placement drawn;
  drawn.device = device;
  auto network = std::make_shared<Network>(Network{info, make_chain(*info, seed, device, fill), drawn});
  return StagedModel(std::move(network), std::move(plan));
}

StagedModel StagedModel::merge(const std::vector<StagedModel>& members) {
  DARIS_CHECK(!members.empty());
  const StagedModel& first = members.front();
  const ModelInfo* const info =
      find_merged_network(first.info().name, static_cast<std::uint32_t>(members.size()));
  DARIS_CHECK(info != nullptr);
  std::vector<StateDict> weights;
  for (const StagedModel& member : members) {
    DARIS_CHECK(member.info().name == first.info().name);
    weights.push_back(member.weights());
  }
  auto network = std::make_shared<Network>(Network{info, make_blank_chain(*info), first.placement()});
  join_weights(*network->chain, weights);
  return {std::move(network), first.plan()};
}

Result<StagedModel> StagedModel::with_plan(StagePlan plan) const {
  DARIS_TRY(check_stage_plan(info(), plan));
  return StagedModel(network_, std::move(plan));
}

StagedModel StagedModel::clone_with_seed(std::uint64_t seed) const {
  StagedModel clone = create(info().name, plan_, seed).value();
  clone.to(placement());
  return clone;
}

void StagedModel::to(const Placement& placement) {
  place_weights(*network_->chain, placement);
  network_->chain->load(placement.device);
  network_->placement = placement;
}

const Placement& StagedModel::placement() const { return network_->placement; }

Status StagedModel::load_weights(const StateDict& weights) {
  return daris::load_weights(*network_->chain, info().name, weights);
}

StateDict StagedModel::weights() const { return weights_of(*network_->chain); }

std::int64_t StagedModel::weight_bytes() const {
  std::int64_t bytes = 0;
  for (const auto& [name, tensor] : weights()) {
    if (tensor.is_floating_point()) bytes += static_cast<std::int64_t>(tensor.nbytes());
  }
  return bytes;
}

Tensors StagedModel::forward_stage(std::size_t stage, Tensors inputs) const {
  DARIS_CHECK(stage < stages());
  DARIS_CHECK(!inputs.empty());
  const c10::InferenceMode inference;
  for (std::size_t unit = first_unit_[stage]; unit < first_unit_[stage + 1]; ++unit) {
    inputs = network_->chain->forward_unit(unit, std::move(inputs));
  }
  return inputs;
}

at::Tensor StagedModel::forward_whole(at::Tensor input) const {
  Tensors state = {std::move(input)};
  for (std::size_t stage = 0; stage < stages(); ++stage) state = forward_stage(stage, std::move(state));
  DARIS_CHECK(state.size() == 1);
  return state.front();
}

at::Tensor StagedModel::example_input(std::int64_t batch, std::uint64_t seed) const {
  DARIS_CHECK(batch >= 1);
  const InputShape& shape = info().input;
  const at::Tensor noise = at::empty({batch, shape.channels, shape.height, shape.width}, at::kFloat);
  fill_uniform_on_cpu(noise, {seed, /*stream=*/0, -1.0F, 1.0F});
  return noise.to(at::TensorOptions().device(placement().device).dtype(placement().dtype),
                  /*non_blocking=*/false,
                  /*copy=*/false, placement().memory_format);
}

const ModelInfo& StagedModel::info() const { return *network_->info; }
const StagePlan& StagedModel::plan() const { return plan_; }
std::size_t StagedModel::stages() const { return plan_.size(); }

}  // namespace daris
