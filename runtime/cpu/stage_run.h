// Runs one stage of one or several jobs, on the CPU.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "policy/ids.h"
#include "runtime/cpu/job_frame.h"
#include "runtime/cpu/slot_worker.h"

namespace daris {

// The first stage begins with the jobs' inputs, and the last one hands their outputs over; both are copied if
// `world.copies`. Several jobs run as one batch, padded to `batch` inputs; they share weights. Throws what
// Torch throws. Threads: any; nobody else uses the frames meanwhile.
void run_stage_of_jobs(const CpuWorld& world, StageIndex stage, std::uint32_t batch,
                       const std::vector<std::shared_ptr<JobFrame>>& frames);

}  // namespace daris
