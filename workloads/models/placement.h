// Where and in which format a model's weights lie, and the arithmetic that goes with a precision.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/MemoryFormat.h>
#include <c10/core/ScalarType.h>

#include "workloads/task_set.h"

namespace daris {

struct Placement {
  at::Device device = at::Device(at::kCPU);
  at::ScalarType dtype = at::kFloat;
  at::MemoryFormat memory_format = at::MemoryFormat::Contiguous;  // of images and convolution weights
};

// fp32, tf32: float32, contiguous. fp16: half, channels last.
[[nodiscard]] Placement placement_of(Precision precision, at::Device device);

// Lets float32 convolutions and matrix products on the GPU run in TF32 (tf32), or forbids it (fp32); fp16 is
// not concerned. For the whole process, not a thread: set it before a graph is captured, and no two
// precisions at once. A captured graph keeps what it was captured with.
void set_float32_precision(Precision precision);

}  // namespace daris
