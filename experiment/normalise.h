// Settles what policy and backend decide by themselves, so that configurations which mean the same become the
// same.
#pragma once

#include "base/result.h"
#include "experiment/run_config.h"
#include "experiment/settled_config.h"

namespace daris {

// Where the configuration will run.
enum class World { kSimulated, kLive };

// The configuration as it will run. The policy's table row and the backend fix shape and OS; OS is at most
// Nc. What nothing reads goes back to its default. Such are switches that the policy does not obey, a batch
// limit if no batches are formed, and live options in the simulator. Normalising twice changes nothing. A
// policy that is named by a file is loaded. Errors: an impossible combination, with what would be right;
// those of load_policy().
[[nodiscard]] Result<SettledConfig> normalise(const RunConfig& config, World world);

}  // namespace daris
