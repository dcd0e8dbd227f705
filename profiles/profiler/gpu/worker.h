// The worker's side: what a process started with --worker does.
#pragma once

#include "profiles/profiler/worker_process.h"

namespace daris {

// Says which GPU there is (a profile without figures), then measures the units that it is sent, one by one,
// until its input ends. Lines that it takes: "measure SAMPLES UNIT" (work_unit.h), and under MPS, after
// kReady, "go NS": begin at that time of steady_clock. Gives the exit code. Exceptions of CUDA, CUPTI and
// Torch end here.
int run_worker(WorkerRole role);

}  // namespace daris
