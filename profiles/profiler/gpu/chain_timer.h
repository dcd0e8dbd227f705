// Times each graph of a chain on its own, from event to event in its stream.
#pragma once

#include <cuda.h>
#include <cuda_runtime_api.h>

#include <cstdint>
#include <span>
#include <vector>

#include "gpu/mapped_words.h"
#include "profiles/profile.h"

namespace daris {

// In a round the stream waits at a gate while event, graph, event, graph, ..., event are queued behind it;
// then the gate opens. So no time includes a launch call, and graph k + 1 starts as soon as graph k has
// ended. Threads: one. Throws GpuError.
class ChainTimer {
 public:
  ChainTimer();
  ~ChainTimer();
  ChainTimer(const ChainTimer&) = delete;
  ChainTimer& operator=(const ChainTimer&) = delete;

  // Runs one round and returns its time in nanoseconds. Appends one sample for each graph to `samples`, which
  // is as long as `chain`. If `samples` is empty, keeps nothing.
  std::int64_t round(CUstream stream, std::span<const cudaGraphExec_t> chain, std::span<Samples> samples);

  // Begins with warm-up rounds: three, or one if a round takes over 50 ms, and for at least 10 ms, so that
  // clocks are up. Then it measures at least `samples_min` rounds, and up to 50 while they take less than 50
  // ms together.
  std::vector<Samples> measure(CUstream stream, std::span<const cudaGraphExec_t> chain,
                               std::uint32_t samples_min);

 private:
  MappedWords gate_;
  std::uint32_t rounds_ = 0;
  std::vector<cudaEvent_t> events_;
};

}  // namespace daris
