// The models of a worker process. They are on the GPU, made once and kept.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gpu/algorithm_choices.h"
#include "profiles/profile.h"
#include "workloads/models/staged_model.h"

namespace daris {

// Threads: one. Throws what Torch throws, and GpuError if a model is unknown.
class ModelStore {
 public:
  explicit ModelStore(int device)
      : device_(at::kCUDA, static_cast<at::DeviceIndex>(device)), algorithms_(device) {}

  // Lets cuDNN choose its algorithms for (model, precision, batch) on the SMs of `stream`; a second call of
  // the same does nothing.
  void warm_up(const std::string& model, Precision precision, std::uint32_t batch, CUstream stream);

  // Sets this process to the arithmetic of `precision` and to the algorithms that warm_up() chose. To be
  // called right before each capture. The model lives as long as the store. REQUIRES: warm_up() was called
  // for the same.
  const StagedModel& use(const std::string& model, Precision precision, std::uint32_t batch);

  // Calls use(), and returns at least `count` further copies with weights of their own.
  const std::vector<StagedModel>& copies(const std::string& model, Precision precision, std::uint32_t batch,
                                         std::size_t count);

 private:
  using Key = std::pair<std::string, Precision>;

  const StagedModel& load(const std::string& model, Precision precision);

  at::Device device_;
  std::map<Key, StagedModel> models_;
  std::map<Key, std::vector<StagedModel>> copies_;
  AlgorithmChoices algorithms_;
};

// A profile of the model with name, precision, stages and weight bytes, but without batches.
[[nodiscard]] ModelProfile describe_model(const StagedModel& model, Precision precision);

}  // namespace daris
