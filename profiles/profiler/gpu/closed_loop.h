// A closed loop over slots, without a scheduler. Each slot gets its next stage as soon as the host has seen
// the end of the last one.
#pragma once

#include <cuda.h>
#include <cuda_runtime_api.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "gpu/mapped_words.h"

namespace daris {

// A stream and the jobs that it runs one after the other, again and again; a job is a chain of graphs.
// REQUIRES: no two slots share a graph.
struct LoopSlot {
  CUstream stream = nullptr;
  std::vector<std::vector<cudaGraphExec_t>> jobs;
};

struct LoopWindow {
  double warm_up_s = 0.1;
  double window_s = 0.35;  // or longer, until each slot has completed `jobs_min` jobs
  std::uint32_t jobs_min = 5;
  double cap_s = 30;
};

// Runs the loop from the caller's thread, which spins. It sees an end by a mapped flag that the stream writes
// after each graph. The rate of a slot is its completions over the time from the first to the last one in the
// window; returns the sum of the slots' rates. Throws GpuError, also if `cap_s` is too short.
[[nodiscard]] double closed_loop_jobs_per_s(const std::vector<LoopSlot>& slots, const LoopWindow& window);

// Runs the neighbours. It keeps two jobs queued in every slot until `stop`, so that no slot idles, then waits
// for them. Sets `running` once every slot has completed a job.
void keep_busy(const std::vector<LoopSlot>& slots, const std::atomic<bool>& stop, std::atomic<bool>& running);

}  // namespace daris
