// Tells what reports say of the GPU that a backend drives.
#pragma once

#include "gpu/gpu_facts.h"
#include "runtime/live_backend.h"

namespace daris {

[[nodiscard]] inline MachineFacts machine_facts(const GpuFacts& gpu) {
  return {gpu.name, gpu.driver, gpu.cuda, gpu.cudnn, gpu.libtorch};
}

}  // namespace daris
