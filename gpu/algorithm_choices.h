// Chooses which of its algorithms cuDNN uses for a model, so that graphs captured anywhere on the GPU also
// run in the smallest partition.
#pragma once

#include <cuda.h>

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "workloads/models/staged_model.h"

namespace daris {

// The streams in which cuDNN tries its algorithms. It tries them on the whole GPU first. `narrow` is the
// smallest partition; some of cuDNN's kernels want every SM that the GPU has. If the choice does not run
// there, cuDNN tries again in `wide`, nearly all of the GPU, or in `narrow` itself. Without partitions both
// are null, and the first choice stands.
struct WarmUpStreams {
  CUstream whole = nullptr;
  CUstream wide = nullptr;
  CUstream narrow = nullptr;
};

// The choices by (model, precision, batch). Models count as one if they differ only in their weights or in
// the ends of their stages. Threads: one. Throws what Torch throws, and GpuError.
class AlgorithmChoices {
 public:
  explicit AlgorithmChoices(int device) : device_(device) {}

  // Lets cuDNN choose; a second call of the same does nothing.
  void warm_up(const StagedModel& model, Precision precision, std::uint32_t batch,
               const WarmUpStreams& streams);

  // Sets this process to the arithmetic of `precision` and to the algorithms that warm_up() chose. To be
  // called right before each capture. REQUIRES: warm_up() was called for the same.
  void use(const StagedModel& model, Precision precision, std::uint32_t batch) const;

 private:
  // Torch keeps cuDNN's choices by the arguments of a convolution and these two flags. So another pair of
  // flags is another choice. Neither flag changes what a forward pass in half precision computes.
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
