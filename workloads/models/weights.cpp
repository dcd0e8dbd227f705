#include "workloads/models/weights.h"

#include <ATen/ATen.h>

#include <sstream>
#include <string>

#include "base/check.h"
#include "base/nearest_name.h"

namespace daris {
namespace {

bool needed(std::string_view name) { return !name.ends_with("num_batches_tracked"); }
bool skipped(std::string_view model, std::string_view name) {
  return model == "inception_v3" && name.starts_with("AuxLogits.");
}

std::string shape_text(const at::Tensor& tensor) {
  std::ostringstream text;
  text << tensor.sizes();
  return text.str();
}

Status check_weights(const StateDict& own, std::string_view model, const StateDict& given) {
  const std::string place = "weights of " + std::string(model) + ": ";
  for (const auto& [name, tensor] : own) {
    if (needed(name) && !given.contains(name)) return Error{place + "\"" + name + "\" is missing"};
  }
  for (const auto& [name, tensor] : given) {
    if (skipped(model, name)) continue;
    const auto found = own.find(name);
    if (found == own.end()) {
      return Error{place + "\"" + name + "\" is not known; " +
                   did_you_mean(name, own, &StateDict::value_type::first)};
    }
    if (found->second.sizes() != tensor.sizes()) {
      return Error{place + "\"" + name + "\" has shape " + shape_text(tensor) + ", must have " +
                   shape_text(found->second)};
    }
  }
  return {};
}

at::Tensor placed(const at::Tensor& tensor, const Placement& placement) {
  if (!tensor.is_floating_point()) return tensor.to(placement.device);
  const at::Tensor moved = tensor.to(placement.device, placement.dtype);
  return tensor.dim() == 4 ? moved.contiguous(placement.memory_format) : moved;
}

}  // namespace

StateDict weights_of(const Chain& chain) {
  StateDict weights;
  for (const auto& parameter : chain.named_parameters()) weights.emplace(parameter.key(), parameter.value());
  for (const auto& buffer : chain.named_buffers()) weights.emplace(buffer.key(), buffer.value());
  return weights;
}

Status load_weights(Chain& chain, std::string_view model, const StateDict& weights) {
  const StateDict own = weights_of(chain);
  Status checked = check_weights(own, model, weights);
  if (!checked.ok()) return checked;
  const at::NoGradGuard no_gradients;
  for (const auto& [name, tensor] : own) {
    const auto found = weights.find(name);
    if (found != weights.end()) tensor.copy_(found->second);
  }
  return {};
}

void join_weights(Chain& chain, const std::vector<StateDict>& members) {
  const at::NoGradGuard no_gradients;
  const auto join = [&](const std::string& name, at::Tensor& tensor) {
    std::vector<at::Tensor> parts;
    for (const StateDict& member : members) parts.push_back(member.at(name));
    const bool count_of_batches = parts.front().dim() == 0;  // batch norm's, which inference does not read
    const at::Tensor joined = count_of_batches ? parts.front().clone() : at::cat(parts, 0);
    DARIS_CHECK(joined.sizes() == tensor.sizes());
    tensor.set_data(joined);
  };
  for (auto& parameter : chain.named_parameters()) join(parameter.key(), parameter.value());
  for (auto& buffer : chain.named_buffers()) join(buffer.key(), buffer.value());
}

void place_weights(Chain& chain, const Placement& placement) {
  const at::NoGradGuard no_gradients;
  for (at::Tensor& parameter : chain.parameters()) parameter.set_data(placed(parameter, placement));
  for (at::Tensor& buffer : chain.buffers()) buffer.set_data(placed(buffer, placement));
}

}  // namespace daris
