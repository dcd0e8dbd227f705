// Lets cuDNN choose which of its algorithms it uses for a model.
#pragma once

#include <cuda.h>

#include <cstdint>
#include <set>
#include <string>
#include <tuple>

#include "workloads/models/staged_model.h"

namespace daris {

// cuDNN chooses by trying, and a process keeps what it chose. So graphs that are captured later, in any
// partition of as many SMs, have these algorithms. Choices are by (model, precision, batch). Models count as
// one if they differ only in their weights or in the ends of their stages. Threads: one. Throws what Torch
// throws, and GpuError.
class AlgorithmChoices {
 public:
  explicit AlgorithmChoices(int device) : device_(device) {}

  // Lets cuDNN try its algorithms in `stream`, on its SMs. A second call of the same does nothing.
  void warm_up(const StagedModel& model, Precision precision, std::uint32_t batch, CUstream stream);

  // Sets this process to the arithmetic of `precision` and to the algorithms that warm_up() chose. To be
  // called right before each capture. REQUIRES: warm_up() was called for the same.
  void use(const StagedModel& model, Precision precision, std::uint32_t batch) const;

 private:
  using Case = std::tuple<std::string, Precision, std::uint32_t>;

  void run(const StagedModel& model, std::uint32_t batch, CUstream stream) const;

  int device_;
  std::set<Case> chosen_;
};

}  // namespace daris
