// The backends of daris-run.
#pragma once

#include <memory>
#include <string>

#include "cli/run_config.h"
#include "policy/result.h"
#include "runtime/live_backend.h"

namespace daris {

// The backend that the configuration names; where it leaves the choice, green on a GPU, cpu without one. Made once a process and
// device. Errors: of the environment: no GPU, no such device.
[[nodiscard]] Result<std::shared_ptr<LiveBackend>> choose_backend(const RunConfig& config);

// Why a choice fell as it did, for people.
[[nodiscard]] std::string automatic_backend_reason(const LiveBackend& chosen);

}  // namespace daris
