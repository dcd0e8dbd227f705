// The worker's side: the work of a process that was started with --worker.
#pragma once

#include "profiles/profiler/worker_process.h"

namespace daris {

// Says which GPU there is (a profile without figures). Then it measures the units that it is sent, one by
// one, until its input ends. It takes lines "measure SAMPLES UNIT" (work_unit.h). Under MPS, after kReady, it
// takes "go NS", to begin at that time of steady_clock. Returns the exit code. Exceptions of CUDA, CUPTI and
// Torch end here.
int run_worker(WorkerRole role);

}  // namespace daris
