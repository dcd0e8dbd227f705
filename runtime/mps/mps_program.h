// The backend `mps` on the GPUs of this machine. Its workers are this same program, started with
// kMpsWorkerWord.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "runtime/live_backend.h"

namespace daris {

class WorkerEngine;

inline constexpr std::string_view kMpsWorkerWord = "--mps-worker";

// REQUIRES: 0 <= device < gpu_count(); a program that starts with kMpsWorkerWord calls run_mps_worker().
// Errors: of CUDA. Makes no CUDA context in this process, which is no client of MPS.
[[nodiscard]] Result<std::unique_ptr<LiveBackend>> make_mps_backend(int device);

// Works as a worker until there is no more to do, then ends the process.
[[noreturn]] void run_mps_worker();
// The same with an engine that the caller has made.
[[noreturn]] void run_mps_worker(WorkerEngine& engine);

}  // namespace daris
