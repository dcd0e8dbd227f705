// The backend `mps` on the GPUs of this machine. Its workers are this same program, started with kMpsWorkerWord.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "policy/result.h"
#include "profiles/gpu/child_process.h"
#include "runtime/live_backend.h"

namespace daris {

inline constexpr std::string_view kMpsWorkerWord = "--mps-worker";

// `program`: what workers are, by default this one; started with kMpsWorkerWord it calls run_mps_worker().
// REQUIRES: 0 <= device < gpu_count(). Errors: of CUDA. Makes no CUDA context in this process, which is no client of MPS.
[[nodiscard]] Result<std::unique_ptr<LiveBackend>> make_mps_backend(int device, std::string program = this_program());

// What a worker does. Ends the process.
[[noreturn]] void run_mps_worker();

}  // namespace daris
