// Reads from a profile what a stage asks of the GPU besides SMs: bytes through the L2 cache, and kernels.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "profiles/profile.h"

namespace daris {

struct StageFootprint {
  double l2_bytes = 0;  // 0 if not measured
  double kernels = 0;   // 0 if not counted
};

// Gives one entry a stage; with `staged` off, the sums for the whole model. Traffic of a batch that was not
// measured lies on the line through the two nearest measured batches. It is a line, since weights are read
// once and activations per input. If only one batch was measured, traffic grows with the batch. Kernels are
// those of the nearest counted batch, since they hardly differ. REQUIRES: `model` has at least one batch.
[[nodiscard]] std::vector<StageFootprint> stage_footprints(const ModelProfile& model, std::uint32_t batch,
                                                           bool staged);

}  // namespace daris
