// The models of a worker process, on the GPU, made once and kept.
#pragma once

#include <cuda.h>

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "profiles/profile.h"
#include "workloads/models/staged_model.h"

namespace daris {

// Where cuDNN tries its algorithms: on the whole GPU, and if its choice does not run in `narrow`, the smallest partition (some
// of cuDNN's kernels want every SM that the GPU has), again in `wide`, nearly all of the GPU, or in `narrow` itself. Null: there
// are no partitions, and the first choice stands.
struct WarmUpStreams {
  CUstream whole = nullptr;
  CUstream wide = nullptr;
  CUstream narrow = nullptr;
};

// Threads: one. Throws what Torch throws, and GpuError where a model is unknown.
class ModelStore {
 public:
  explicit ModelStore(int device) : device_(at::kCUDA, static_cast<at::DeviceIndex>(device)) {}

  // Lets cuDNN choose its algorithms for (model, precision, batch), once in this process.
  void warm_up(const std::string& model, Precision precision, std::uint32_t batch, const WarmUpStreams& streams);

  // Sets this process to the arithmetic of `precision` and to the algorithms that warm_up() chose: to be asked for right before
  // each capture. The model lives as long as the store. REQUIRES: warm_up() of the same.
  const StagedModel& use(const std::string& model, Precision precision, std::uint32_t batch);

  // use(), and at least `count` further copies with weights of their own.
  const std::vector<StagedModel>& copies(const std::string& model, Precision precision, std::uint32_t batch,
                                         std::size_t count);

 private:
  // cuDNN's choices are kept by Torch under the arguments of a convolution and these two flags. Another pair of flags is
  // another choice. Neither changes what a forward pass in half precision computes.
  struct Flags {
    bool deterministic = false;
    bool other_tf32 = false;
  };
  using Key = std::pair<std::string, Precision>;
  using Case = std::tuple<std::string, Precision, std::uint32_t>;

  const StagedModel& load(const std::string& model, Precision precision);
  void set(Precision precision, const Flags& flags) const;
  void run(const StagedModel& model, std::uint32_t batch, CUstream stream) const;

  at::Device device_;
  std::map<Key, StagedModel> models_;
  std::map<Key, std::vector<StagedModel>> copies_;
  std::map<Case, Flags> flags_;
};

// Name, precision, stages and weight bytes; no batches.
[[nodiscard]] ModelProfile describe_model(const StagedModel& model, Precision precision);

}  // namespace daris
