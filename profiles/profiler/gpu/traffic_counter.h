// Counts the bytes that graphs move through DRAM and the L2 cache, by CUPTI's range profiler.
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

// Reading hardware counters needs a permission. If it is missing, the constructor throws GpuError; the
// message names the option of the driver that grants it. Times of a process with a counter can't be trusted.
// Threads: one.
class TrafficCounter {
 public:
  explicit TrafficCounter(int device);
  ~TrafficCounter();
  TrafficCounter(const TrafficCounter&) = delete;
  TrafficCounter& operator=(const TrafficCounter&) = delete;

  // The traffic of each graph of the chain. The chain is run in order, once for each pass that the counters
  // need.
  [[nodiscard]] std::vector<StageTraffic> measure(CUstream stream, std::span<const cudaGraphExec_t> chain);

 private:
  struct Session;
  std::unique_ptr<Session> session_;
};

}  // namespace daris
