// The models of a worker process, on the GPU, made once and kept.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "profiles/profile.h"
#include "workloads/models/staged_model.h"

namespace daris {

// Threads: one. Throws what Torch throws, and GpuError where a model is unknown.
class ModelStore {
 public:
  explicit ModelStore(int device) : device_(at::kCUDA, static_cast<at::DeviceIndex>(device)) {}

  // With the arithmetic of `precision` set for this process, as captures want it. The pointer lives as long as the store.
  const StagedModel& use(const std::string& model, Precision precision);

  // At least `count` further copies with weights of their own.
  const std::vector<StagedModel>& copies(const std::string& model, Precision precision, std::size_t count);

  // Lets cuDNN try its algorithms for (model, precision, batch) on the whole GPU, once in this process.
  void warm_up(const std::string& model, Precision precision, std::uint32_t batch);

 private:
  using Key = std::pair<std::string, Precision>;
  at::Device device_;
  std::map<Key, StagedModel> models_;
  std::map<Key, std::vector<StagedModel>> copies_;
  std::set<std::tuple<std::string, Precision, std::uint32_t>> warm_;
};

// Name, precision, stages and weight bytes; no batches.
[[nodiscard]] ModelProfile describe_model(const StagedModel& model, Precision precision);

}  // namespace daris
