// Says where a model's weights lie and in which format, and which arithmetic goes with a precision.
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

// Lets float32 convolutions and matrix products on the GPU run in TF32 (tf32), or forbids it (fp32). It does
// not concern fp16. It holds for the whole process, not a thread: set it before a graph is captured, and
// never use two precisions at once. A captured graph keeps the setting with which it was captured.
void set_float32_precision(Precision precision);

}  // namespace daris
