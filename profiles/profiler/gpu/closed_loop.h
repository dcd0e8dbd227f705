// A closed loop over slots: each is given its next stage as soon as the host has seen that the last one
// ended. No scheduler.
#pragma once

#include <cuda.h>
#include <cuda_runtime_api.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "gpu/mapped_words.h"

namespace daris {

// A stream and the jobs that it runs in turn; a job is a chain of graphs. REQUIRES: no two slots share a
// graph.
struct LoopSlot {
  CUstream stream = nullptr;
  std::vector<std::vector<cudaGraphExec_t>> jobs;
};

struct LoopWindow {
  double warm_up_s = 0.1;
  double window_s = 0.35;  // and longer, until each slot has completed `jobs_min` jobs
  std::uint32_t jobs_min = 5;
  double cap_s = 30;
};

// Runs the loop from one spinning thread, the caller's, which sees an end by a mapped flag that the stream
// writes after each graph. Jobs per second: for each slot, completions over the time from its first to its
// last one in the window, summed over slots. Throws GpuError, also where `cap_s` does not suffice.
[[nodiscard]] double closed_loop_jobs_per_s(const std::vector<LoopSlot>& slots, const LoopWindow& window);

// The neighbours' part: keeps two jobs queued in every slot until `stop`, so that they never idle, then waits
// for them. Sets `running` once every slot has completed a job.
void keep_busy(const std::vector<LoopSlot>& slots, const std::atomic<bool>& stop, std::atomic<bool>& running);

}  // namespace daris
