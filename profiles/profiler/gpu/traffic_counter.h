// Bytes that graphs move through DRAM and the L2 cache, by CUPTI's range profiler.
#pragma once

#include <cuda.h>
#include <cuda_runtime_api.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "profiles/profile.h"

namespace daris {

// Reading hardware counters needs a permission; where it is missing, the constructor throws GpuError with a
// message that names the option of the driver that grants it. Threads: one. Not in a process whose times are
// to be trusted.
class TrafficCounter {
 public:
  explicit TrafficCounter(int device);
  ~TrafficCounter();
  TrafficCounter(const TrafficCounter&) = delete;
  TrafficCounter& operator=(const TrafficCounter&) = delete;

  // The traffic of each graph of the chain, run in order, as many times as the counters need passes.
  [[nodiscard]] std::vector<StageTraffic> measure(CUstream stream, std::span<const cudaGraphExec_t> chain);

 private:
  struct Session;
  std::unique_ptr<Session> session_;
};

}  // namespace daris
