// The models of a worker process, on the GPU, made once and kept.
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

// Threads: one. Throws what Torch throws, and GpuError where a model is unknown.
class ModelStore {
 public:
  explicit ModelStore(int device)
      : device_(at::kCUDA, static_cast<at::DeviceIndex>(device)), algorithms_(device) {}

  // Lets cuDNN choose its algorithms for (model, precision, batch), once in this process.
  void warm_up(const std::string& model, Precision precision, std::uint32_t batch,
               const WarmUpStreams& streams);

  // Sets this process to the arithmetic of `precision` and to the algorithms that warm_up() chose: to be
  // asked for right before each capture. The model lives as long as the store. REQUIRES: warm_up() of the
  // same.
  const StagedModel& use(const std::string& model, Precision precision, std::uint32_t batch);

  // use(), and at least `count` further copies with weights of their own.
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

// Name, precision, stages and weight bytes; no batches.
[[nodiscard]] ModelProfile describe_model(const StagedModel& model, Precision precision);

}  // namespace daris
