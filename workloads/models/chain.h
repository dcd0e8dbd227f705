// A model as a chain of units. Internal to workloads/models/.
#pragma once

#include <c10/core/Device.h>
#include <torch/nn/module.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "workloads/models/staged_model.h"

namespace daris {

// The root module of a model. It holds the layers, under the names of their weights, and the units that run
// them. A unit never writes to the tensors that it is given.
class Chain : public torch::nn::Module {
 public:
  // Takes what the unit before gave, most recent last (Tensors in staged_model.h).
  using Unit = std::function<Tensors(Tensors)>;

  [[nodiscard]] std::size_t units() const { return units_.size(); }
  [[nodiscard]] const std::string& unit_name(std::size_t unit) const { return units_[unit].first; }
  [[nodiscard]] Tensors forward_unit(std::size_t unit, Tensors inputs) const {
    return units_[unit].second(std::move(inputs));
  }

  // Makes ready whatever of the units is not a weight. Throws if that can't be done.
  virtual void load(at::Device) {}

 protected:
  Chain() = default;
  explicit Chain(std::int64_t members) : members_(members) {}

  void add_unit(std::string name, Unit unit) { units_.emplace_back(std::move(name), std::move(unit)); }

  // Adds a unit that turns one tensor into one.
  void add_simple_unit(std::string name, std::function<at::Tensor(const at::Tensor&)> unit) {
    add_unit(std::move(name),
             [unit = std::move(unit)](Tensors inputs) { return Tensors{unit(inputs.back())}; });
  }

  // Adds a module, and a unit of the same name that runs it.
  template <typename Module>
  void add_module_unit(const std::string& name, std::shared_ptr<Module> module) {
    register_module(name, module);
    add_simple_unit(name, [module](const at::Tensor& input) { return module->forward(input); });
  }

  // Adds the unit "head": the mean of each channel, then a linear layer "fc". `channels`: of each member.
  void add_classifier(std::int64_t channels, std::int64_t classes);

  // How many networks run side by side; 1 unless they are merged. Between units of a merged network, an image
  // has the channels of one member after the other.
  [[nodiscard]] std::int64_t members() const { return members_; }
  // An image for each member in turn -> merged images. Without merging, nothing changes.
  [[nodiscard]] at::Tensor merged_images(const at::Tensor& images) const;

 private:
  std::int64_t members_ = 1;
  std::vector<std::pair<std::string, Unit>> units_;
};

}  // namespace daris
