#include "workloads/models/placement.h"

#include <ATen/Context.h>

namespace daris {

Placement placement_of(Precision precision, at::Device device) {
  if (precision == Precision::kFp16) return {device, at::kHalf, at::MemoryFormat::ChannelsLast};
  return {device, at::kFloat, at::MemoryFormat::Contiguous};
}

void set_float32_precision(Precision precision) {
  if (precision == Precision::kFp16) return;
  const bool tf32 = precision == Precision::kTf32;
  at::globalContext().setAllowTF32CuDNN(tf32);
  at::globalContext().setAllowTF32CuBLAS(tf32);
}

}  // namespace daris
