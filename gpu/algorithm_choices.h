// Which of its algorithms cuDNN uses for a model, so that graphs captured anywhere on the GPU run in the
// smallest partition.
#pragma once

#include <cuda.h>

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "workloads/models/staged_model.h"

namespace daris {

// Where cuDNN tries its algorithms: on the whole GPU, and if its choice does not run in `narrow`, the
// smallest partition (some of cuDNN's kernels want every SM that the GPU has), again in `wide`, nearly all of
// the GPU, or in `narrow` itself. Null: there are no partitions, and the first choice stands.
struct WarmUpStreams {
  CUstream whole = nullptr;
  CUstream wide = nullptr;
  CUstream narrow = nullptr;
};

// By (model, precision, batch): models that differ only in their weights or in where their stages end are
// one. Threads: one. Throws what Torch throws, and GpuError.
class AlgorithmChoices {
 public:
  explicit AlgorithmChoices(int device) : device_(device) {}

  // Lets cuDNN choose, once in this process.
  void warm_up(const StagedModel& model, Precision precision, std::uint32_t batch,
               const WarmUpStreams& streams);

  // Sets this process to the arithmetic of `precision` and to the algorithms that warm_up() chose: to be
  // asked for right before each capture. REQUIRES: warm_up() of the same.
  void use(const StagedModel& model, Precision precision, std::uint32_t batch) const;

 private:
  // cuDNN's choices are kept by Torch under the arguments of a convolution and these two flags. Another pair
  // of flags is another choice. Neither changes what a forward pass in half precision computes.
  struct Flags {
    bool deterministic = false;
    bool other_tf32 = false;
  };
  using Case = std::tuple<std::string, Precision, std::uint32_t>;

  static void set(Precision precision, const Flags& flags);
  void run(const StagedModel& model, std::uint32_t batch, CUstream stream) const;

  int device_;
  std::map<Case, Flags> flags_;
};

}  // namespace daris
